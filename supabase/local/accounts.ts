const password = "Demo-Health-2026!";

/** The demo people of supabase/seeds. */
export const demoAccounts = [
  ["admin@demo.health", "administrator, Demo General Hospital"],
  ["privacy@demo.health", "privacy officer, Demo General Hospital"],
  ["doctor@demo.health", "doctor, may prescribe, Demo General Hospital"],
  ["nurse@demo.health", "nurse, Demo General Hospital"],
  ["pharmacist@demo.health", "pharmacist, Central Pharmacy"],
  ["patient@demo.health", "patient"],
  ["patient2@demo.health", "patient"],
  ["doctor@north.health", "doctor, Northside Hospital"],
  ["pharmacist@north.health", "pharmacist, Northside Pharmacy"],
  ["patient@north.health", "patient"],
].map(([email = "", is = ""]) => ({ email, password, is }));
