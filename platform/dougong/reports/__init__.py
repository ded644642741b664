"""Reports: metrics by groups, computed in SQL with the reader's rights inside."""
