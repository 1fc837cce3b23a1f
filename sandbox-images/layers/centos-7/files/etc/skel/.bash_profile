# .bash_profile

if [ -f ~/.bashrc ]; then
  . ~/.bashrc
fi

# Your own environment:
PATH=$PATH:$HOME/.local/bin:$HOME/bin
export PATH
