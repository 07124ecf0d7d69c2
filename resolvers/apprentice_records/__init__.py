"""Apprentice records: training, end-point assessment, ILRs and caseloads."""
