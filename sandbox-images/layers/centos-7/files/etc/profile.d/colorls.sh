# Colours, and the short names for ls that CentOS has.
alias ll='ls -l --color=auto' 2>/dev/null
alias l.='ls -d .* --color=auto' 2>/dev/null
alias ls='ls --color=auto' 2>/dev/null
alias grep='grep --color=auto' 2>/dev/null
