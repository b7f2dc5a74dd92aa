"""Which messages need a person, whatever else is answered in bulk. Pure; it errs towards a person.

``reason`` is the one door: None, or why in plain words. A message that may ask for help for somebody in danger is the
first thing that is looked for; misspelt too, and in Welsh. What only sounds so ("this is killing me", "drowning in
paperwork") is taken out before.
"""

from __future__ import annotations

import re
from functools import lru_cache

from putthrough.kit.text import word_set
from putthrough.routing.spelling import Spelling

DANGER = "asks for help for a person in danger"
VULNERABLE = "speaks of a person who may be vulnerable"
COMPLAINT = "a complaint"
_READ = 4000


def reason(text: str) -> str | None:
    """Why a person has to answer this one; None where one agreed line will do."""
    said = _plain(text[:_READ])
    danger = _NOT_MEANT.sub(" ", said)
    pairs = ((_PERSON, _PLIGHT), (_SOMEBODY, _HAZARD))
    if _DANGER.search(danger) or _PLEA.search(danger) or any(a.search(danger) and b.search(danger) for a, b in pairs):
        return DANGER
    if _VULNERABLE.search(danger) or (_KIN.search(danger) and _DISTRESS.search(danger)):
        return VULNERABLE
    return COMPLAINT if _COMPLAINT.search(said) else None


def speaks_of_a_person(text: str) -> bool:
    """Whether it is about somebody besides its writer: then what it says of them has to be ordinary, or be read."""
    said = _NOT_MEANT.sub(" ", _plain(text[:_READ]))
    return _KIN.search(said) is not None or _SOMEBODY.search(said) is not None or _ABOUT.search(said) is not None


def is_in_danger(text: str) -> bool:
    """Whether it may ask for help for a person in danger."""
    return reason(text) == DANGER


_APOSTROPHES = str.maketrans("", "", "'’‘`´*_~")
_ACCENTS = str.maketrans("âêîôûŵŷáéíóúàèìòùäëïöü", "aeiouwyaeiouaeiouaeiou")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z]+\d[a-z\d]*|[a-z]+|\d+|[^a-z\d]+")

_TERMS = word_set(
    """
    trapped stranded collapsed collapsing unconscious unresponsive breathing breathe drowning drowned choking bleeding
    injured paralysed fainted fainting seizure epileptic ambulance paramedic paramedics oxygen dialysis ventilator
    nebuliser nebulizer inhaler asthma insulin diabetic diabetes medication medicine pregnant labour disabled wheelchair
    bedridden bedbound housebound elderly pensioner hypothermia shivering electrocuted electrocution suicidal suicide
    overdose overdosed emergency rescue rescued newborn premature vulnerable dementia alzheimers chemotherapy hospital
    catheter stoma mobility hoist carer carers basement cellar neighbour grandad grandma granny mother father
    husband daughter brother sister swept chest pains heart attack stroke poorly palliative
    """
)
"""Words that are found also where they are misspelt."""
_SPELT_SO = word_set(
    """
    breathed breath breaths tapped strapped trapping bleeing wrapped cheat cheats ches paint paints points saints hears
    heard hearts attached attacks attacked strokes struck cellars mothers fathers others other another bother farther
    further rather gather sisters brothers resisted chests rescues emergent emergence labours harbour neighbours
    neighbor stranger standard strange carers cares caring career careers hoists moist disable enable mobile granary
    brothel sweet sweat sweep sweeps poor poorer pools poolside chess chased chase elder swears
    cleared cleaned broken bather breaded bleached bedding injury strand strands drawing drowsy hospitals hospitality
    """
)
_SPELLING = Spelling(_TERMS)


def _plain(text: str) -> str:
    """In small letters, without apostrophes and accents, the words that matter spelt as they should be."""
    small = _SPACE.sub(" ", text.casefold().translate(_APOSTROPHES).translate(_ACCENTS))
    return " ".join("".join(_meant(part) for part in _WORD.findall(small)).split())


_SLANG = dict(
    pair.split("=")
    for pair in """
    sum1=someone some1=someone sumone=someone sum=some m8=mate thru=through stuk=stuck u=you ur=your plz=please pls=please
    hlp=help helpp=help wtr=water elec=electric leccy=electric 2=to b4=before bby=baby hubbys=husbands yr=year yrs=years
    wifes=wife husbands=husband mothers=mother kiddies=kids bairn=child bairns=children wean=child weans=children
    ambo=ambulance hosp=hospital bp=blood fone=phone cudnt=couldnt carnt=cant canny=cant cannae=cant
    """.split()
)


@lru_cache(maxsize=20_000)
def _meant(word: str) -> str:
    if word in _SLANG:
        return _SLANG[word]
    if len(word) < 5 or not word.isalpha() or word in _TERMS or word in _SPELT_SO:
        return word
    return _SPELLING.nearest(word) or word


def _any(words: str) -> str:
    """A pattern of alternatives, one a line or divided by two spaces."""
    parts = [part.strip() for line in words.splitlines() for part in line.split("  ") if part.strip()]
    return rf"\b(?:{'|'.join(parts)})\b"


_NOT_MEANT = re.compile(
    _any(
        r"""
        (?:this|it|that|which|they|you|council|weather|wait|waiting|suspense|stress|smell)s? (?:is|are|was|be|s|will be)? ?(?:killing|gonna kill|the death of) (?:me|us|him|her)?
        killing (?:me|us|trade|business|time|it)  kill for a \w+  dying (?:for|to) (?:a|an|some|my|get|know|have|see|hear|use)  (?:im|were|am|literally) dying(?! \w*help)
        (?:gasping|parched|starving|choking|desperate) for (?:a|some|my)  die laughing  dead (?:funny|good|simple|line|lines)  im dead  bored to death  worried sick about (?:the|my) (?:bill|car|job)
        drowning in (?:\w+ )?(?:paperwork|debt|emails?|bills?|work|washing|laundry|homework|rubbish|tears)  (?:nearly|almost|near) (?:had|having|gave me|give me|gives me)? ?(?:a|an)? ?(?:heart attack|stroke|seizure|fit)
        (?:give|gave|giving|gives) (?:me|us|him|her|my \w+) (?:a|an) (?:heart attack|stroke|fit)  heart attack (?:when i (?:saw|opened)|at the)  stroke of (?:luck|genius|midnight)
        bleedin\w* (?:council|useless|joke|disgrace|obvious|heck|hell|idiots?|cheek|ridiculous|stupid|radiators?|money|us dry|me dry|great|thing|lot|incompetent|awful|cold|annoying)
        (?:sick|ill) (?:of|and tired|to the back teeth|joke|mate|bro|beats|thought|informed|advised)  baby (?:wipes?|blue|steps?|shower|boomers?|pink)  cry ?baby  (?:love|miss|see) (?:you|ya|u),? (?:baby|babe)
        stuck (?:in|on|at) (?:a |the |my |this )?(?:\w+ )?(?:traffic|queue|work|meeting|hold|jam|phone|loop|past|mud hut|detour|diversion|tailback|roadworks)  trapped (?:wind|nerve|in a loop|in (?:the )?(?:system|phone))
        (?:bus|train|car|van|lorry|letter|drawer|door|key|bin|lid|application|parcel) (?:is |was |got |has been )?stuck(?! (?:with|in the (?:water|flood)))
        (?:road|wall|pavement|path|bridge|roof|ceiling|fence|tarmac|drain|drains|sewer|pipe|pipes|main|mains|shed|bank|kerb|manhole|service|system|website|economy|pressure)s? (?:has |have |had |is |are |just |also |now |partially |partly |s )*(?:collapsed|collapsing)
        collapsed (?:road|wall|pavement|bridge|roof|ceiling|fence|drain|drains|sewer|pipe|pipes|main|shed|kerb|manhole|gutter|tree)  (?:breath of fresh air|take my breath|waste of breath|hold(?:ing)? (?:my|your) breath|dont hold your breath|save (?:my|your) breath)
        (?:can|let|room to|able to) breathe(?: again| a sigh)?  oxygen of publicity  fit for purpose  emergency (?:services?|works?|repairs?|number|line|team|plumber|contact|meeting|water|supply|closure)  (?:in|for) (?:an|any) emergency
        (?:no|not|isnt|without|hardly|not really) (?:an? )?emergency  heart of (?:the|our)  (?:rescue|dog|cat) (?:dog|cat|centre|center|home|plan|package)  to the rescue  labour (?:party|council|councillor|councillors|mp|government|lot|costs?|run|voter|ward|group|of love)
        hospital (?:car park|parking|bus|road|lane|street|roundabout|appointment letter)  (?:near|by|past|outside|opposite|behind|towards|to|at) (?:the )?(?:general |royal |old )?hospital  shock (?:of|at|horror|to see|bill)  help yourselves?  cant help (?:but|but to|thinking|laughing|noticing)
        (?:can|could|would|will|please|pls|plz|need|needs|get|send|if|has|had|does|when will|get) (?:someone|somebody|anyone|anybody) (?:please |pls )?(?:tell|explain|let|fix|update|come|sort|look|advise|confirm|say|answer|do|from|get back|give|mend|turn|out|at|know|else|to (?:fix|look|come|tell|sort|explain|answer|clear|grit|mend))  someone (?:needs|should|has|had|ought|wants|will have) to (?:fix|sort|clear|answer|mend|explain|come|look|tell|do|get|be|take|grit)  someone (?:said|told|says|mentioned|posted|reported|from the|at the|in (?:the office|charge|authority|your))
        suicide (?:squad|note|awareness|prevention)  kill(?:s|ed|ing)? (?:the )?(?:grass|weeds|plants|mood|vibe|battery|engine)  over my dead body  dead (?:slow|end|rat|rats|fox|badger|cat|bird|pigeon|leaves|trees?)
        """
    )
)
_PERSON = re.compile(
    _any(
        r"""
        user  users  someones  somebodys  patients  folk  nans?  nana  nanny  nain  taid  mamgu  tadcu  gran  grans  granny  grandma  grandmother  grandad  granddad  grandfather  grandpa  mum  mums  mam  mams  mother  dad  dads  father
        husband  hubby  wife  partner  son  sons  daughter  brother  sister  aunt  auntie  uncle  neighbours?  mate  friend  baby  babies  toddler  infant  newborn  child  children  kid  kids  boy  girl  lad  lads  lass
        woman  women  man  men  bloke  guy  lady  fella  chap  gentleman  elderly  pensioners?  oap  someone  somebody  some ?one  people  person  persons  resident  residents  tenant  cyclist  driver  passengers?  pedestrian  family
        he  hes  she  shes  him  her  his  hers  i  im  ive  me  my  we  were  us  our  myself  they  theyre  them  year old  yr old  yo  y o  workman  workmen  engineer  student  pupil  patient  carer  nurse  teenager  teen
        nhad  nhaid  nain  rhywun  plentyn  dyn  menyw  babi  fam  mam  tad  gwr  gwraig  merch  mab  cymydog
        """
    )
)
_PLIGHT = re.compile(
    _any(
        r"""
        trapped  stranded  stuck (?:\w+ )?(?:in|inside|under|upstairs|on|up|down|at the|behind) (?:\w+ ){0,3}(?:lift|car|cars|van|bus|house|home|flat|flats|room|bedroom|bath|bathroom|loft|attic|roof|tree|basement|cellar|kitchen|water|flood|floods|floodwater|mud|snow|drift|ditch|hole|fire|smoke|building|tower|elevator|stairs|stairlift|hoist|bed|river|underpass|tunnel|subway|moor|hill|cold|dark|window|railings?)
        stuck (?:upstairs|inside|outside in)  in (?:their|his|her|a|the|my) cars? in (?:the )?(?:water|flood)  (?:cant|cannot|couldnt|unable to|not able to|wont|struggling to|isnt able to|can not|cant hardly|trying to) (?:\w+ )?(?:get out|get up|get down|get off|move|walk|swim|stand|breathe|breath|wake|speak|see|reach (?:him|her|them)|get (?:to )?(?:him|her|them)(?: out)?)
        not (?:breathing|moving|responding|waking)  (?:stopped|stops|difficulty|trouble|problems?|struggling|struggles|fighting|gasping) (?:\w+ )?(?:breathing|breath|to breathe|for breath|for air)  unconscious  unresponsive  passed out  blacked out  fainted  fainting  knocked out  out cold
        collapsed  collapsing  (?:heart|chest) (?:pains?|attack)  chest (?:is |feels )?(?:tight|hurting|hurts)  having (?:a )?(?:stroke|seizure|fit|heart attack|panic attack|asthma attack|contractions)  (?:had|has|have) (?:a|another) (?:stroke|seizure|fit|heart attack|fall|nasty fall|bad fall)  cardiac  epileptic
        bleeding  blood everywhere  (?:lots|pool|loads) of blood  injured  hurt (?:bad|badly|his|her|my|their|in|from|by|and)  (?:been|is|was|got|badly|seriously|really|gets?) hurt  broken? (?:a |his |her |my |their )?(?:leg|arm|hip|ankle|wrist|neck|back|bone)  (?:broke|hit|banged|cracked|cut|smashed|split) (?:his|her|my|their) (?:\w+ )?(?:head|leg|arm|hip|ankle|wrist|neck|back|face|skull|knee|hand|foot)  head injury  concussed
        (?:fell|fallen|falling|slipped|slid|tripped|tumbled|gone over|went over) (?:\w+ ){0,3}(?:in|into|down|off|through|over|on|under|and|badly|outside|from)  fallen  (?:had|has had|taken) a (?:\w+ )?(?:fall|tumble)  (?:knocked|swept|dragged|pulled|washed) (?:\w+ ){0,2}(?:off|away|under|down|over|in)
        drowning  drowned  going under  in the (?:river|canal|sea|lake|pond|flood ?water|flood)  (?:up to|over) (?:his|her|my|their|our) (?:waist|neck|chest|head|knees)  someone in(?: it| there| the)?  (?:in|under) the water  rising (?:fast|water)  water (?:is )?rising  electrocuted  electric shock  sparking  burn(?:t|ed|ing) (?:up|himself|herself|myself|his|her|my|badly)  on fire  smoke inhalation  scalded
        hypothermia  freezing to death  blue with cold  shaking (?:with|from) (?:the )?cold  shivering  no pulse  not well  very ill  really ill  so ill  seriously ill  taken ill  is ill  very poorly  really poorly  in labour  going into labour  waters (?:have )?(?:just )?broke  miscarriage  choking  overdosed?  suicidal  kill (?:myself|himself|herself|themselves)  end (?:it all|my life|his life|her life)  want(?:s)? to die  going to die  gonna die  will die  could die  might die  is dying  dying  dead  lifeless  self ?harm\w*  threatening to jump  going to jump  jump off
        (?:on|needs?|off|uses|without|no|his|her|my|the|home|run out of|out of|running out of|on home) (?:\w+ )?(?:oxygen|dialysis|ventilator|life support|nebuliser|nebulizer|cpap|feeding pump|inhaler|insulin|medication|medicine|meds|tablets|epipen|chemo)  oxygen  dialysis  ventilator  insulin  epipen
        (?:missing|not been seen|hasnt been seen|havent seen|havent heard|not heard|hasnt answered|not answering|isnt answering|wont answer|doesnt answer|no answer|no reply|cant get hold|cant reach|cant contact|not opening)  wandered off  gone missing  home alone  on (?:his|her|their) own (?:and|in|with|at)  locked (?:in|out in)  abandoned  attacked  assaulted  beaten  stabbed  threatened  abused  hiding from
        too many (?:tablets|pills)  (?:feel|feels|feeling|felt) (?:like )?(?:ending|faint|dizzy|sick|unsafe|weak|awful|suicidal|numb)  ending it  allergic (?:reaction|shock)  anaphyla\w+  gone (?:blue|limp|grey|cold|quiet)  (?:isnt|wasnt|arent|aint) (?:breathing|moving|responding|conscious)  (?:came|come|fell|fallen) down on (?:him|her|them|me|us|someone|somebody)  refus(?:es|ed|ing) to (?:move|leave|come)  scared  terrified  frightened  panicking  in a bad way  on the (?:floor|ground|pavement)  temp(?:erature)? (?:of|is)  (?:is|are|was|were|under|beneath) (?:under|beneath) (?:the|a|it)  disgyn  brifo  mewn perygl  wont get out  refusing to leave  needs? (?:urgent |immediate |medical |some |an? )*(?:help|rescuing|rescue|ambulance|attention|evacuating|moving|carrying)  urgent(?:ly)? needs?  sownd  gaeth  wedi (?:cwympo|syrthio|llewygu|brifo|anafu)  anymwybodol  gwaedu  boddi  methu anadlu
        gas leak (?:and|with|in)  carbon monoxide  fumes  suffocat\w+  asthma  fever  temperature of  burning up  sepsis  rash  vomiting  hallucinat\w+
        """
    )
)
_SOMEBODY = re.compile(
    _any(
        r"""
        someone  someones  somebody  somebodys  kid  kids  boys  girls  child  children  toddler  boy  girl  lad  lads  man  mans  men  woman  women  lady  bloke  guy  family  families  person  driver  passenger  cyclist  pensioner  couple  workman  worker  nan  gran  grandma  grandad  mum  dad  husband  wife  son  daughter
        brother  sister  baby  neighbour  friend  mate  student  pupil  patient  resident  tenant
        """
    )
)
_HAZARD = re.compile(
    _any(
        r"""
        swept  culvert  weir  through the ice  under (?:the|a|it)  on the (?:floor|ground|pavement)  (?:in|into|under|through|on) the (?:\w+ )?(?:ice|river|canal|lake|sea|flood|flood ?water|water|mud|rubble|hole|manhole|ditch|fire|smoke|railway|tracks|roof|ledge|bridge)  inside  screaming  shouting for  crying for  calling for help  flames  sinking  submerged  overturned  flipped  hit by  run over  crashed  dizzy  faint  confused  disorientated
        unwell  not responding  pulled from  clinging  hanging  hold(?:ing)? on  struggling  convulsing  fitting  wheezing  gasping  bruised  burns?  fumes  gas  poisoned  lost  missing  slumped  lying (?:in|on|there|motionless|face)  motionless  limp  blue lips  grey  pinned  jammed  buried  avalanche
        """
    )
)
_ABOUT = re.compile(_any("he  hes  she  shes  him  his  her  hers  nephew  niece  cousin  pal  people  \\d+ yo"))
_KIN = re.compile(
    _any(
        r"""
        nans?  nana  nanny  nain  taid  mamgu  grans?  granny  grandma  grandmother  grandad  grandads  granddad  grandfather  grandpa  mum  mums  mam  mother  mothers  dad  dads  father  husband  hubby  wife  son  sons  daughter  brother  sister  auntie?  uncle  neighbours?  toddler  child  infant  little (?:one|ones|boy|girl|un)  \d+ (?:year|month|week|day)s? old  (?:with|two|three|2|3|4) kids
        (?:old|older|elderly|sick|ill|disabled|young|pregnant|blind|deaf) (?:lady|man|woman|couple|person|people|gentleman|bloke|chap|boy|girl|fella|folk)  grand(?:son|daughter)  in ?laws?  patients?  tenants?  client  year old  yr old  month old  week old
        """
    )
)
_DISTRESS = re.compile(
    _any(
        r"""
        fever  temp  temperature  chest  heart  dizzy  sick  ill  unwell  poorly  hurt  pain  painful  weak  cold  freezing  frozen  shaking  scared  frightened  terrified  panick?ing  distressed  crying  screaming  shouting  alone  on (?:his|her|their|its) own  stuck  struggling  suffering  dead  died  die  blood  breath  breathe  breathing  smoke  gas  fumes  fire  flood  flooded  flooding  ice  rising
        help  rescue  urgent  urgently  ambulance  hospital  doctor  doctors  nurse  medical  treatment  machine  feeds?  feeding  needs  needing  need  cant  cannot  unable  without  risk  unsafe  danger  dangerous  fall  fell  slipped  fallen  missing  lost  abandoned  worried  worry  lives alone  dehydrated  vulnerable  care  condition  ring  phone  answering  answer
        """
    )
)
_DANGER = re.compile(
    _any(
        r"""
        cant breathe?  cannot breathe?  (?:chest|heart) (?:pains?|attack)  not breathing  unconscious  drowning  suicidal  suicide  overdose  kill (?:myself|himself|herself)  want to die  bleeding (?:badly|heavily|out|from|to death|everywhere)  life (?:or|and) death  life threatening  matter of life
        (?:call|ring|phone|dial|send|need|get|called|ringing|rang|sent|needs|want|waiting for) (?:\w+ ){0,3}(?:ambulance|ambulances|paramedics?|999|112|fire brigade|coastguard|air ambulance)  ambulance (?:\w+ ){0,4}(?:cant|cannot|not|stuck|wont|unable|needed|now|quick|please)  999  ambiwlans  helpwch (?:fi|ni|hi|e|o)
        (?:car|van|bus|boat|taxi) (?:\w+ ){0,3}(?:in|under) (?:the |deep )?(?:\w+ )?(?:water|river|canal|flood|floodwater) (?:\w+ ){0,3}(?:with|someone|somebody|people|person|driver|inside|kids|family|child)  (?:someone|somebody|people|person|man|woman|child|kid|family|driver|anyone) (?:\w+ ){0,3}(?:in|under|inside) (?:it|there|the (?:water|car|river|canal|flood|rubble|hole|fire|building|lift))
        ambulances?(?! (?:station|road|lane|hall|chaser))  paramedics?  help\W+help  smells? (?:of )?gas  gas smell  house (?:is )?on fire  (?:house|flat|kitchen) fire  ^\W*help(?: me| us| needed| please| now)*\W*$  face down  in a bad way
        electric(?:s|ity)? (?:\w+ )?(?:sparking|in the water)  live (?:wire|cable|electric)s? (?:down|exposed|in)  trapped (?:in|inside|under|by|upstairs)  people (?:are )?trapped  has collapsed  collapsed (?:in|on|at|and|outside|by)  going into labour  waters have broken  pinned under  crushed  electrocuted
        """
    )
)
_PLEA = re.compile(
    _any(
        r"""
        (?:please |pls |plz |can (?:you|someone|anyone|somebody|u) |could (?:you|someone|anyone|somebody) |someone |somebody |anyone )*(?:help|save|rescue|check on|look in on|get to|find|collect|evacuate) (?:my|our|his|her|him|them|these|this|an|the|a|that) (?:\w+ ){0,2}(?:nan|gran|granny|mum|mam|mother|dad|father|husband|wife|son|daughter|brother|sister|aunt|auntie|uncle|neighbour|neighbours|baby|child|children|kids|lady|man|woman|girl|boy|lad|couple|family|people|residents|pensioner|pensioners|friend|grandad|grandma|nain|taid|mamgu|tadcu|partner)
        (?:help|save|rescue) (?:me|us|him|her|them)(?= |$)(?! (?:understand|find out|decide|with (?:my|a|the|this) (?:bill|form|application|query)|fill|out with))  (?:please|pls|plz) (?:somebody |someone |anyone )?help(?: (?:me|us|him|her|them|asap|now|urgently|quick|quickly))?$  (?:someone|somebody|anyone) (?:please )?help(?! (?:me )?(?:understand|find out|with))  sos  helpwch
        (?:worried|scared|frightened|concerned|terrified|fear|fearing) (?:\w+ ){0,3}(?:about|for) (?:\w+ ){0,3}(?:nan|gran|granny|mum|mam|mother|dad|father|husband|wife|son|daughter|brother|sister|aunt|auntie|uncle|neighbour|neighbours|baby|child|kids|lady|man|him|her|them|safety|life|lives|grandad|grandma|friend)
        """
    )
)
_VULNERABLE = re.compile(
    _any(
        r"""
        baby  babies  babys  newborn  infant  premature  breastfeed\w*  bottle feed\w*  formula (?:milk|feeds?)  baby milk  babi  pregnant  elderly  oap  oaps  pensioners?  disabled  disability  disabilities  wheelchair  housebound  bedbound  bed ?ridden  bed bound  bedridden  dementia  alzheimers  parkinsons
        (?:frail|vulnerable|very old|8\d|9\d|7\d|10\d) (?:yr|yrs|year|years)? ?(?:old)? ?(?:mum|mam|mother|dad|father|nan|gran|grandad|grandma|neighbour|lady|man|woman|resident|aunt|uncle|people|person)  (?:mum|mam|mother|dad|father|nan|gran|grandad|grandma|neighbour|lady|man|woman|aunt|uncle|he|hes|she|shes|husband|wife|parents?),? (?:is |are |in (?:his|her|their) )?\(?(?:7\d|8\d|9\d|10\d)s?  (?:7\d|8\d|9\d|10\d) ?(?:yr|yrs|years?) ?old  frail  vulnerable (?:people|person|adult|resident|customer|child|neighbour|mum|dad|lady|man|and)  (?:im|am|are|is|shes|hes) vulnerable
        oxygen  dialysis  ventilator  nebulis?z?er  insulin  diabetic  diabetes  chemo  chemotherapy  cancer  stoma  catheter  peg fed  feeding tube  tube fed  immunosuppressed  immuno\w*  epilep\w+  asthma\w*  copd  heart condition  kidney (?:failure|patient)  transplant  palliative  end of life  terminally ill  hospice  care ?home  nursing home  sheltered (?:housing|accommodation)  carers?  home care  stairlift  hoist  sepsis  poorly  medication  meds
        autis\w+  special needs  learning disabilit\w+  additional needs  mental health  anxiety  blind  partially sighted  deaf  refuge  domestic (?:abuse|violence)  homeless  sleeping rough  anabl  henoed  beichiog
        """
    )
)
_COMPLAINT = re.compile(
    _any(
        r"""
        (?:i|we)(?:d| would|ll| will| want| wish| need| intend| am going| m going| shall)?(?: like)?(?: to)? (?:make|raise|lodge|submit|file|put in|register|escalate) (?:an?|my|this|the) (?:\w+ ){0,2}complaint  (?:formal|official|stage (?:1|2|one|two)|written|previous|my|our|second|third) complaint  complaint (?:ref|reference|number|about|against|form|procedure|process|team)  (?:want|wish|need|going|like|have|how do i|how to|where do i|where can i|who do i) (?:to )?complain(?: to| about)?  (?:im|i am|were|we are) (?:\w+ )?complaining  (?:this is a|consider this a|treat this as an?|taking this as a) (?:\w+ )?complaint  complained (?:\w+ ){0,3}(?:times|before|already|last|and|about|to)
        ombudsman  ombwdsmon  small claims  legal action  (?:my|our|a) (?:solicitors?|lawyers?)  taking you to court  see you in court  sue (?:you|the|them)  suing  data protection (?:breach|complaint)  information commissioner  going to (?:my|the|our) (?:mp|press|papers|media)  cwyn  cwyno
        """
    )
)
