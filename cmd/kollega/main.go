// Command kollega is the whole program: server, worker and tools.
package main

func main() {}
