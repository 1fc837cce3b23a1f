# Tells the page beside this terminal which command runs and how it ended (OSC 133, as many terminals
# understand it). It prints only those marks and leaves PS1 alone. Read by login shells and by
# /etc/bash.bashrc.
#
# Each mark carries the key that the page has given to the agent (GUEST.md): what a program prints can look like a
# mark, but does not have it. The key is read anew for each mark, since a restored machine gets another one.
if [ -n "${BASH_VERSION-}" ] && [[ $- == *i* && -z ${__typealong_shell-} && $EUID -ge 1000 ]]; then
  __typealong_shell=1
  __typealong_ran=0

  # Sets the caller's `key` to what stands in a mark after its kind.
  __typealong_key() {
    key=
    { builtin read -r key < /run/typealong/mark-key; } 2> /dev/null
    key=${key:+;k=$key}
  }

  # In PS0, so in a subshell: the line as it was typed.
  __typealong_started() {
    local line key
    line=$(HISTTIMEFORMAT='' builtin history 1)
    [[ $line =~ ^\ *[0-9]+\*?\ \ ?(.*)$ ]] || return
    line=${BASH_REMATCH[1]//[[:cntrl:]]/ }
    __typealong_key
    builtin printf '\e]133;C%s;cmdline=%s\a' "$key" "$line"
  }

  # First in PROMPT_COMMAND, so that $? is still the command's.
  __typealong_prompt() {
    local status=$? key
    __typealong_key
    if ((__typealong_ran)); then
      builtin printf '\e]133;D;%s%s\a' "$status" "$key"
      __typealong_ran=0
    fi
    builtin printf '\e]133;A%s\a' "$key"
    return "$status"
  }

  # The arithmetic notes in this shell that a command ran; it expands to nothing.
  PS0='${__typealong_shell:$((__typealong_ran = 1)):0}$(__typealong_started)'
  PROMPT_COMMAND=(__typealong_prompt ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"})
fi
