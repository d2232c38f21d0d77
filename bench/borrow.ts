import { attach } from "../box/api";
import { down } from "../box/down";
import { withLock } from "../box/lock";
import { say } from "../box/progress";
import { loadSite, type Site } from "../box/site";
import { up } from "../box/up";

/** The box that the bench brought up, if it did: subjects of one site, one after the other, share it. */
export class BorrowedBox {
  #site: Site | undefined;

  /** Makes sure that a site is up, with its hub deployed where it has one, and that no other site that this brought up is. */
  async want(name: string | undefined): Promise<void> {
    if (name === this.#site?.name) return;
    await this.giveBack();
    if (name === undefined || (await isUp(name))) return;
    const site = await loadSite(name);
    say(`the box of ${name} is not up: bringing it up for the time of the bench`);
    this.#site = site;
    await withLock(name, () => up(site, true));
  }

  /** Takes down what this brought up. */
  async giveBack(): Promise<void> {
    const site = this.#site;
    this.#site = undefined;
    if (site !== undefined) await withLock(site.name, () => down(site));
  }
}

function isUp(name: string): Promise<boolean> {
  return attach(name).then(
    () => true,
    () => false,
  );
}
