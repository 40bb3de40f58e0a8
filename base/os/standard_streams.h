// RunProgram: the outermost part of a program's main, for what its standard streams come to.
//
// Purpose: a report that nobody received must not look like one that was: when standard output is
//   closed, or cannot take all that was printed (a full disk), the program says so on standard
//   error and exits with `on_failure`. A reader that went away (`| head`) is no mistake of
//   anybody's: the program ends without a word, with 141 as SIGPIPE would have it.
//   A stream that is closed at the start is opened on /dev/null, so that no file or socket of the
//   program gets its number and, with it, what is printed.
// Errors: an exception that `run` lets out is told in one line, and ends with `on_failure`.
// Thread safety: once, from main, before there are threads.
#pragma once

#include <functional>
#include <string_view>

namespace aweber {

// `name`: "aweber-client", for messages. Answers the exit status of the program: what `run` answers
// when all of its output was taken.
int RunProgram(std::string_view name, int on_failure, const std::function<int()>& run);

// From now on a failed allocation, in whatever thread, ends the program: "NAME: out of memory", exit
// `status`. An exception would abort where it meets the destructor of a JSON value, which allocates.
// For programs that may end at any moment, as by SIGKILL. `name` must live as long as the program.
void EndWhenOutOfMemory(std::string_view name, int status);

// What could not be written to standard output has been told already: RunProgram says no more.
void OutputFailureIsTold();

}  // namespace aweber
