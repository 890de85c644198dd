/**
 * The high-priority interactions of the panel of the US Office of the National Coordinator, as facts: each number of the
 * list with the ingredients of its two sides. Phansalkar et al., JAMIA 2012;19(5):735-743 (PMC3422823), Table 2; names
 * are our own. No. 21, two drugs that prolong the QT interval, has its members in the content: the published list of
 * them is not free.
 */
export const ONC: Record<string, readonly [objects: string[], precipitants: string[]]> = {};

const MAOI = "tranylcypromine, phenelzine, isocarboxazid, procarbazine, selegiline";
const PROTEASE =
  "ritonavir, amprenavir, atazanavir, darunavir, indinavir, lopinavir, nelfinavir, saquinavir, tipranavir";
const MACROLIDES = "clarithromycin, erythromycin, telithromycin";
const CYP3A4 =
  `${PROTEASE}, ${MACROLIDES}, amiodarone, verapamil, diltiazem, ketoconazole, itraconazole, fluconazole, voriconazole, nefazodone`;

const listed: [key: string, objects: string, precipitants: string][] = [
  [
    "onc-3",
    "dexmethylphenidate, dextroamphetamine, methylphenidate, lisdexamfetamine, methamphetamine, phendimetrazine, pseudoephedrine, amphetamine, benzphetamine, diethylpropion, phentermine, atomoxetine",
    MAOI,
  ],
  ["onc-4", "atazanavir", "omeprazole, lansoprazole, pantoprazole, rabeprazole, esomeprazole"],
  ["onc-6", "febuxostat", "azathioprine, mercaptopurine"],
  [
    "onc-8",
    "fluoxetine, paroxetine, citalopram, escitalopram, sertraline, fluvoxamine, duloxetine, nefazodone, desvenlafaxine, milnacipran, venlafaxine",
    MAOI,
  ],
  ["onc-11", "irinotecan", `${CYP3A4}, fosamprenavir, aprepitant, cimetidine`],
  ["onc-16", "meperidine, methadone, tapentadol, fentanyl, tramadol, dextromethorphan", MAOI],
  [
    "onc-20",
    "amitriptyline, clomipramine, desipramine, doxepin, imipramine, nortriptyline, protriptyline, trimipramine",
    MAOI,
  ],
  ["onc-22", "ramelteon", "fluvoxamine, amiodarone, ticlopidine, ciprofloxacin"],
  ["onc-23", `${PROTEASE}, fosamprenavir`, "bosentan, rifapentine, carbamazepine, rifabutin, rifampin, st john's wort"],
  ["onc-25", "simvastatin, lovastatin", CYP3A4],
  [
    "onc-27",
    "ergotamine, methylergonovine, dihydroergotamine, ergonovine",
    `${PROTEASE}, ${MACROLIDES}, ketoconazole, itraconazole, voriconazole`,
  ],
  ["onc-28", "tizanidine", "ciprofloxacin, fluvoxamine, mexiletine, propafenone, zileuton, amiodarone, ticlopidine"],
  ["onc-30", "tranylcypromine", "procarbazine"],
  [
    "onc-31",
    "sumatriptan, zolmitriptan, rizatriptan",
    "tranylcypromine, phenelzine, isocarboxazid, moclobamide, methylene blue",
  ],
];
for (const [key, ...sides] of listed) {
  const [objects = [], precipitants = []] = sides.map((side) => side.split(", "));
  ONC[key] = [objects, precipitants];
}

/**
 * What should not interrupt, of the same panel: 33 pairs of classes, as facts. Phansalkar et al., JAMIA
 * 2013;20(3):489-493 (PMC3628052). The members are those of our own catalogue and what it may still get.
 */
const members = {
  "ACE inhibitors":
    "benazepril, captopril, enalapril, fosinopril, lisinopril, moexipril, perindopril, quinapril, ramipril, trandolapril",
  acetaminophen: "acetaminophen",
  antacids: "aluminum hydroxide, calcium carbonate, magnesium hydroxide, magnesium oxide, sodium bicarbonate",
  anticholinesterases: "ambenonium, edrophonium, neostigmine, physostigmine, pyridostigmine",
  anticoagulants:
    "apixaban, argatroban, bivalirudin, dabigatran, dalteparin, dipyridamole, edoxaban, enoxaparin, fondaparinux, heparin, rivaroxaban, warfarin",
  ARBs: "azilsartan, candesartan, eprosartan, irbesartan, losartan, olmesartan, telmisartan, valsartan",
  benzodiazepines:
    "alprazolam, chlordiazepoxide, clonazepam, clorazepate, diazepam, estazolam, flurazepam, lorazepam, midazolam, oxazepam, temazepam, triazolam",
  "beta blockers":
    "acebutolol, atenolol, betaxolol, bisoprolol, carvedilol, esmolol, labetalol, metoprolol, nadolol, nebivolol, pindolol, propranolol, sotalol, timolol",
  bisphosphonates: "alendronate, etidronate, ibandronate, pamidronate, risedronate, zoledronic acid",
  calcium: "calcium acetate, calcium carbonate, calcium citrate, calcium gluconate",
  clopidogrel: "clopidogrel",
  contraceptives:
    "desogestrel, ethinyl estradiol, etonogestrel, levonorgestrel, medroxyprogesterone, norethindrone, norgestrel",
  corticosteroids:
    "betamethasone, budesonide, dexamethasone, fluticasone, hydrocortisone, methylprednisolone, prednisolone, prednisone, triamcinolone",
  "folic acid": "folic acid",
  imidazoles: "clotrimazole, econazole, ketoconazole, miconazole, tioconazole",
  iron: "ferrous fumarate, ferrous gluconate, ferrous sulfate, iron",
  "macrolide immunosuppressives": "everolimus, sirolimus, tacrolimus",
  methotrexate: "methotrexate",
  niacin: "niacin",
  "nifedipine and its like": "amlodipine, felodipine, isradipine, nicardipine, nifedipine, nimodipine, nisoldipine",
  NSAIDs:
    "celecoxib, diclofenac, etodolac, fenoprofen, flurbiprofen, ibuprofen, indomethacin, ketoprofen, ketorolac, mefenamic acid, meloxicam, nabumetone, naproxen, oxaprozin, piroxicam, sulindac, tolmetin",
  omeprazole: "omeprazole",
  PPIs: "dexlansoprazole, esomeprazole, lansoprazole, omeprazole, pantoprazole, rabeprazole",
  quinolones: "ciprofloxacin, gemifloxacin, levofloxacin, moxifloxacin, norfloxacin, ofloxacin",
  salicylates: "aspirin, diflunisal, salsalate",
  SSRIs: "citalopram, escitalopram, fluoxetine, fluvoxamine, paroxetine, sertraline",
  statins: "atorvastatin, fluvastatin, lovastatin, pitavastatin, pravastatin, rosuvastatin, simvastatin",
  sulfonylureas: "chlorpropamide, gliclazide, glimepiride, glipizide, glyburide, tolazamide, tolbutamide",
  thiazides:
    "bendroflumethiazide, chlorothiazide, chlorthalidone, hydrochlorothiazide, indapamide, methyclothiazide, metolazone",
  "thyroid hormones": "levothyroxine, liothyronine, liotrix",
  "vitamin B12": "cyanocobalamin, vitamin b12",
  "vitamin E": "vitamin e",
  zinc: "zinc, zinc acetate, zinc gluconate, zinc sulfate",
} as const;
type Class = keyof typeof members;

const shownOnly: [Class, Class][] = [
  ["ACE inhibitors", "salicylates"],
  ["niacin", "statins"],
  ["beta blockers", "SSRIs"],
  ["iron", "PPIs"],
  ["thiazides", "ACE inhibitors"],
  ["thyroid hormones", "calcium"],
  ["thyroid hormones", "statins"],
  ["thiazides", "NSAIDs"],
  ["beta blockers", "thyroid hormones"],
  ["macrolide immunosuppressives", "corticosteroids"],
  ["antacids", "corticosteroids"],
  ["bisphosphonates", "calcium"],
  ["vitamin B12", "omeprazole"],
  ["folic acid", "methotrexate"],
  ["sulfonylureas", "ACE inhibitors"],
  ["iron", "thyroid hormones"],
  ["anticoagulants", "corticosteroids"],
  ["anticoagulants", "acetaminophen"],
  ["antacids", "iron"],
  ["anticoagulants", "PPIs"],
  ["PPIs", "imidazoles"],
  ["beta blockers", "calcium"],
  ["ACE inhibitors", "ARBs"],
  ["anticoagulants", "statins"],
  ["omeprazole", "benzodiazepines"],
  ["anticoagulants", "vitamin E"],
  ["zinc", "quinolones"],
  ["NSAIDs", "beta blockers"],
  ["clopidogrel", "salicylates"],
  ["contraceptives", "corticosteroids"],
  ["beta blockers", "nifedipine and its like"],
  ["corticosteroids", "anticholinesterases"],
  ["ACE inhibitors", "NSAIDs"],
];

/** The same, expanded: pairs of names of ingredients. */
export const NON_INTERRUPTIVE: [string, string][] = shownOnly.flatMap(([one, other]) =>
  members[one].split(", ").flatMap((a) => members[other].split(", ").map((b): [string, string] => [a, b]))
);
