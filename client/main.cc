// aweber-client: the reference client on a command line, and a driver for aweber-conformance.
#include "client/program/cli.h"

int main(int argc, char** argv) { return aweber::client::RunClientProgram(argc, argv); }
