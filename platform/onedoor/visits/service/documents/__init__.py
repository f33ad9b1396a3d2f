"""What a check says on paper: notice, scheme, check sheet, record and report; what the notice tells beside."""
