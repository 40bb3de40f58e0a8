#include "conformance/cli/cli.h"

int main(int argc, char** argv) { return aweber::conformance::RunCli(argc, argv); }
