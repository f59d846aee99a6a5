#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/command.hpp"

int main(int count, char** arguments) {
  std::signal(SIGINT, [](int) { holdfast::cancel_requested() = true; });
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return holdfast::cli::main({arguments + 1, arguments + count}, std::cout, std::cerr);
  } catch (const std::exception& failure) {
    std::cerr << "holdfast: " << failure.what() << "\n";
    return 1;
  }
}
