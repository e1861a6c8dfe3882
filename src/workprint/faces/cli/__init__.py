"""The command line: `workprint VERB`. The parser is light; a verb's code is loaded when it is called."""
