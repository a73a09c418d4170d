"""What every module stands on: actions, rules, area paths, periods, money, national codes, masking, encryption. No tables."""
