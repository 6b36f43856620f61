"""Setting up: finding and describing the models a person has, and writing them down."""
