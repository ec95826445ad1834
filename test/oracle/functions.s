// Lets functions.go declare a function whose body is in another package.
