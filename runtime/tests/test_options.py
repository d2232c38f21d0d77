from typing import Any

import pytest

from jupyterhub_hpc.errors import OptionRefused
from jupyterhub_hpc.schedulers.slurm_form import displayable
from jupyterhub_hpc.schedulers.slurm_options import SlurmOptions, validate_options

PARTITIONS: dict[str, dict[str, Any]] = {
    "short": {
        "simple": True,
        "max_nprocs": 4,
        "max_ngpus": 0,
        "gpu": "",
        "max_runtime": 4 * 3600,
        "jupyter_environments": {
            "lab": {"path": "/apps/lab/bin", "modules": "jupyterhub/current GCC/13.2", "description": "Lab"},
            "old": {"path": "/apps/old/bin", "modules": "", "description": "Old"},
        },
    },
    "gpu": {
        "simple": False,
        "max_nprocs": 8,
        "max_ngpus": 2,
        "gpu": "gpu:a100:{}",
        "max_runtime": 2 * 86400,
        "jupyter_environments": {"lab": {"path": "/apps/lab/bin", "modules": "", "description": "Lab"}},
    },
}


def validate(**raw: Any) -> SlurmOptions:
    return validate_options(raw, PARTITIONS, {"short": 4000}, allow_reservation=False)


def test_nothing_asked_for_gives_the_defaults() -> None:
    options = validate()
    assert (options.partition, options.nprocs, options.runtime, options.memory) == ("short", 1, "01:00:00", "")
    assert options.modules == ("jupyterhub/current", "GCC/13.2")
    assert options.default_url == "/lab"


def test_what_is_offered_is_taken() -> None:
    options = validate(partition="gpu", nprocs="8", ngpus=2, runtime="2-00:00:00", memory="16G", default_url="/tree")
    assert (options.gres, options.runtime, options.memory) == ("gpu:a100:2", "48:00:00", "16384M")


def test_path_and_modules_come_from_the_configuration_only() -> None:
    options = validate(environment_id="old", environment_path="/home/eve/bin", environment_modules="evil")
    assert (options.environment_path, options.modules) == ("/apps/old/bin", ())


@pytest.mark.parametrize(
    "raw",
    [
        {"partition": "nope"},
        {"partition": "short\n#SBATCH --uid=0"},
        {"partition": ["short"]},
        {"partition": {"$ne": 1}},
        {"nprocs": 5},
        {"nprocs": 0},
        {"nprocs": -1},
        {"nprocs": "1; id"},
        {"nprocs": 1.5},
        {"nprocs": True},
        {"nprocs": "9" * 400},
        {"ngpus": 1},
        {"runtime": "4:00:01"},
        {"runtime": "0:00:01"},
        {"runtime": "infinite"},
        {"runtime": "1:00:00 --qos=high"},
        {"memory": "4001M"},
        {"memory": "0"},
        {"memory": "4T"},
        {"memory": "1G\n"},
        {"options": "--account=other"},
        {"reservation": "maint"},
        {"root_dir": "/"},
        {"default_url": "//evil.example"},
        {"default_url": "/lab/../../hub/logout"},
        {"environment_id": "custom-1"},
        {"environment_id": "x" * 300},
        {"account": "other"},
        {"srun": "id"},
        {"homedir": "/root"},
        {"launcher": "id"},
        {"batch_script": "id"},
    ],
)
def test_everything_else_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(OptionRefused):
        validate(**raw)


def test_options_that_are_no_object_are_refused() -> None:
    with pytest.raises(OptionRefused):
        validate_options(["short"], PARTITIONS, {}, allow_reservation=False)  # type: ignore[arg-type]


def test_a_reservation_where_the_site_allows_one() -> None:
    options = validate_options({"reservation": "course-1"}, PARTITIONS, {}, allow_reservation=True)
    assert options.reservation == "course-1"
    with pytest.raises(OptionRefused):
        validate_options({"reservation": "a --uid=0"}, PARTITIONS, {}, allow_reservation=True)


def test_descriptions_cannot_break_the_form() -> None:
    offer = {**PARTITIONS["short"], "description": """</script>'"\\""", "architecture": ""}
    assert not set(displayable(offer)["description"]) & set("<>'\"\\&")


def test_gpus_without_a_name_are_refused() -> None:
    offer = {**PARTITIONS["short"], "gpu": None, "max_ngpus": 2}
    with pytest.raises(OptionRefused, match="GPUs"):
        validate_options({"ngpus": 1}, {"short": offer}, {}, allow_reservation=False)
