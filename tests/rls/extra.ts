const made = (number: number) => `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Rows that the seeds lack, under ids of their own. */
export const extra = {
  suspendedMembership: made(2),
  closedPharmacy: made(3),
  demoInvitation: made(4),
  northInvitation: made(5),
  hiddenPatient: made(6),
  lonePatient: made(7),
  paulaHere: made(8),
  paulaElsewhere: made(9),
  paulaNational: made(10),
  pavelHere: made(11),
  priyaElsewhere: made(12),
  paulaContact: made(13),
  pavelContact: made(14),
  priyaContact: made(15),
} as const;

/** Audit entries have numbers; negative ones are never given by the sequence. */
export const auditEntries = { demo: -1, north: -2, none: -3, paulas: -5, priyas: -6 } as const;
