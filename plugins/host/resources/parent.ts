/**
 * Shell text that gets to a path's directory without being led astray. Where only root can have made the way there, that is one look. Elsewhere,
 * below a home directory for example, an unprivileged account could turn a directory into a link in the very moment it is entered: there it is
 * walked step by step, links are refused, and each step is checked after it was made. What is done from inside then hits what was meant.
 */
export const PARENT_FUNCTIONS = `
trusted() { # directory [file]: whether only root can change where the path leads; t_stat is uid:mode:owner:group:size of the last named
  t_at= t_rest=\${1#/} t_file=\${2:-}; set -- /
  while [ -n "$t_rest" ]; do
    t_at=$t_at/\${t_rest%%/*}
    [ ! -L "$t_at" ] || return 1
    set -- "$@" "$t_at"
    case $t_rest in */*) t_rest=\${t_rest#*/} ;; *) t_rest= ;; esac
  done
  t_all=$(stat -c %u:%a:%U:%G:%s -- "$@" \${t_file:+"$t_file"} 2>/dev/null) || return 1
  t_stat=\${t_all##*
}
  if [ -n "$t_file" ]; then t_all=\${t_all%
*}; fi
  only_root "$t_all"
}
only_root() { # lines of uid:mode:...: whether all are root's and nobody else may write there
  IFS='
'
  for t_line in $1; do
    t_mode=\${t_line#*:}; t_mode=\${t_mode%%:*}
    case $t_line in 0:*) ;; *) unset IFS; return 1 ;; esac
    case $t_mode in *[2367] | *[2367]?) unset IFS; return 1 ;; esac
  done
  unset IFS
}
ours() { # directory: whether it is one of mktemp -d, and no other that was put in its place
  case $(stat -c %u:%a -- "$1") in "$(id -u)":700 | "$(id -u)":2700) ;; *) return 1 ;; esac
}
# Enters the directory of a path; sets dir, name and safe. 1: it does not exist. 2: it cannot be entered safely, and why tells the reason.
enter() { # path
  dir=\${1%/*} name=\${1##*/} safe=yes why=
  dir=\${dir:-/}
  [ -d "$dir" ] || return 1
  if trusted "$dir"; then cd -P -- "$dir"; return; fi
  safe=no; cd /
  e_rest=\${dir#/}
  while [ -n "$e_rest" ]; do
    e_step=\${e_rest%%/*}
    case $e_rest in */*) e_rest=\${e_rest#*/} ;; *) e_rest= ;; esac
    [ -n "$e_step" ] || continue
    if [ -L "./$e_step" ]; then
      only_root "$(stat -c %u:%a .)" || { why="$(pwd -P)/$e_step is a symbolic link in a directory that others than root may change, so it is not followed"; return 2; }
      cd -P -- "./$e_step" || return 1
    else
      e_before=$(stat -c %d:%i .)
      cd -P -- "./$e_step" || return 1
      [ "$(stat -c %d:%i ..)" = "$e_before" ] || { why="$dir was changed while it was entered"; return 2; }
    fi
  done
}
`;
