/** What a hand-in is worth, for instructors: what is checked, what is only recorded, and what can be forged. */
export const EVIDENCE: readonly { readonly what: string; readonly done: string; readonly forged: string }[] =
  [
    {
      what: 'The file as a whole',
      done: 'Checked: the signature, and a hash of every part. Any change after the file was made shows.',
      forged:
        'By making a new file. Anyone who can write a short script can make one that passes every check here.',
    },
    {
      what: 'What was done, and in which order',
      done: 'Checked: each event is chained to the one before it. An event that is cut, moved, changed or inserted in a finished file shows.',
      forged: 'With a script that records invented events from the start.',
    },
    {
      what: 'Checks passed, attempts, causes, help and minutes',
      done: 'Checked: the class page counts them again from the events. Events that a long record lost for want of room are not counted; a note says how many.',
      forged: 'Together with the events.',
    },
    {
      what: 'That the work was done on that machine',
      done: 'Noted: a chapter whose checks passed although none of its commands or files is in the record. The passes count; you decide.',
      forged:
        'A fresh machine of a later chapter already passes the checks of the earlier ones. Entering one of the chapter’s commands there avoids the note.',
    },
    {
      what: 'Commands: typed or pasted, or by a button',
      done: 'Recorded. “Typed or pasted” is one thing: the record cannot tell them apart.',
      forged: 'By pasting commands from anywhere.',
    },
    {
      what: 'Times, and so what is late',
      done: 'Recorded by the student’s clock. A clock that is set back during the work is noticed.',
      forged: 'By setting the clock before the work begins.',
    },
    {
      what: 'Who worked',
      done: 'Recorded: the name as entered. Files from one browser, files of one name from several browsers, and events that two students share are noticed.',
      forged: 'By having somebody else do the work, or by entering another name.',
    },
    {
      what: 'Answers of the checks when handing in',
      done: 'Recorded and shown, but they earn no points. The student’s machine answers in the student’s browser; you cannot ask it again.',
      forged: 'By starting a later chapter’s machine, or with a script.',
    },
    {
      what: 'Terminals, and files that differ',
      done: 'Recorded, for you to read. Nothing is concluded from them.',
      forged: 'With a script.',
    },
  ];
