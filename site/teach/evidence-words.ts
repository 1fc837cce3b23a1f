/** What a hand-in is worth, for instructors: what is checked, what is only recorded, and what can be forged. */
export const EVIDENCE: readonly { readonly what: string; readonly done: string; readonly forged: string }[] =
  [
    {
      what: 'Everything, after the file was made',
      done: 'Checked: the signature, and a hash of every part. Any change shows.',
      forged: 'It cannot be, without making the file anew.',
    },
    {
      what: 'What was done, and in which order',
      done: 'Checked: each event is chained to the one before it. What is cut, moved, changed or put in shows.',
      forged: 'By whoever changes the page’s own code and records invented events from the start.',
    },
    {
      what: 'Checks passed, attempts, causes, help and minutes',
      done: 'Checked: the class page counts them once more from the events.',
      forged: 'Only together with the events.',
    },
    {
      what: 'That the work was done on that machine',
      done: 'Noted: checks that passed in a chapter without any of its commands or files. They count; you decide.',
      forged: 'By starting a later chapter’s machine and entering one of the chapter’s commands.',
    },
    {
      what: 'Times, and so what is late',
      done: 'Recorded by the student’s clock. A clock that is set back while working is noticed.',
      forged: 'By setting the clock before the work begins.',
    },
    {
      what: 'Who worked',
      done: 'Recorded: the name as entered. Files from one browser, and events that two students share, are noticed.',
      forged: 'By having somebody else do the work, or by entering another name.',
    },
    {
      what: 'Answers of the checks when handing in',
      done: 'Recorded and shown, but they earn no points. A machine is asked in the student’s browser, and not again by you.',
      forged:
        'By starting a later chapter’s machine: it already holds all that earlier chapters ask for. Or by a short script.',
    },
    {
      what: 'Terminals, and files that differ',
      done: 'Recorded, for you to read. Nothing is concluded from them.',
      forged: 'By changing the page’s own code.',
    },
  ];
