# Tells the page beside this terminal which command runs and how it ended (OSC 133, as many terminals
# understand it). It prints only those marks and leaves PS1 alone. Read by login shells and by
# /etc/bash.bashrc.
if [ -n "${BASH_VERSION-}" ] && [[ $- == *i* && -z ${__typealong_shell-} && $EUID -ge 1000 ]]; then
  __typealong_shell=1
  __typealong_ran=0

  # In PS0, so in a subshell: the line as it was typed.
  __typealong_started() {
    local line
    line=$(HISTTIMEFORMAT='' builtin history 1)
    [[ $line =~ ^\ *[0-9]+\*?\ \ ?(.*)$ ]] || return
    line=${BASH_REMATCH[1]//[[:cntrl:]]/ }
    builtin printf '\e]133;C;cmdline=%s\a' "$line"
  }

  # First in PROMPT_COMMAND, so that $? is still the command's.
  __typealong_prompt() {
    local status=$?
    if ((__typealong_ran)); then
      builtin printf '\e]133;D;%s\a' "$status"
      __typealong_ran=0
    fi
    builtin printf '\e]133;A\a'
    return "$status"
  }

  # The arithmetic notes in this shell that a command ran; it expands to nothing.
  PS0='${__typealong_shell:$((__typealong_ran = 1)):0}$(__typealong_started)'
  PROMPT_COMMAND=(__typealong_prompt ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"})
fi
