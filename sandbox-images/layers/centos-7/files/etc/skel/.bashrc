# .bashrc

if [ -f /etc/bashrc ]; then
  . /etc/bashrc
fi

# Your own aliases and functions:
