// A folder without sources still makes a library.
