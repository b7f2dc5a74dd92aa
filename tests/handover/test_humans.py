"""Who needs a person, and who only sounds so. Written to try the patterns; what was missed then taught them."""

from __future__ import annotations

import pytest

from putthrough.handover.incidents.humans import COMPLAINT, DANGER, VULNERABLE, reason, speaks_of_a_person

IN_DANGER = """
my nan is trapped in the flooded basement
hes on oxygen and the power is off
Grandads oxygen machine has stopped, electric's been off an hr
my dad does dialysis at home and theres no water what do we do
mum's just collapsed on the kitchen floor
help!! my dad colapsed and the roads blocked with snow
cant breathe
I can't breath, there's smoke coming under the door
he's having chest pain and we can't get the car out
Car in the water by the bridge, someone is in it!
car gone into the flood with a family inside
There's a lady in a wheelchair stuck on the third floor, lifts are out because of the power cut
old bloke fell on the ice outside the post office, think he's broke his hip
My son slipped on your ungritted path and cracked his head open, blood everywhere
My neighbour hasn't answered the door since the power went off, she's 91
Haven't seen the old lady next door since the snow, im worried about her
Please can someone check on my mum, she lives alone and her phone is dead
wife is 39 weeks and having contractions, road is blocked
send an ambulance to Elm Road NOW
need help getting my disabled brother out, water is coming up the stairs
The kids are stuck on the school bus in a snow drift and its freezing
There is someone under the ice on the boating lake
My husband's ventilator has 20 minutes battery left
shes unconcious
our carer can't get through and mum hasn't had her insulin
im stuck in the lift at Tower House and i feel faint please help
baby wont wake up properly, house is freezing no heating
He's threatening to jump off the car park roof
I want to die, nobody is helping me
man shivering on the bench by the river, hes been there all night, can hardly speak
two people clinging to a tree in the river at low ford
a kid has been swept into the culvert
gas smell is really strong and my nan is feeling dizzy and being sick
my mates hurt bad, wall fell on him
live cable down in the street and kids playing near it
taid wedi cwympo ac mae o'n gwaedu
Mae mam yn methu anadlu, dim trydan
someone drownin at the weir
my grandma is traped upstairs
asma attack and cant get to the chemist, roads shut, my daughters inhaler is empty
my gran is stuck upstairs and the water is still rising
Please help, elderly neighbour trapped in ground floor flat
an old lady slipped over in the burst water outside no 14, she can't get up
my 2 year old has a temp of 40 and we've no water
Dad's on a nebuliser and the leccy has gone
there's a bloke face down in the water by the pub
lorry has gone through the barrier into the river driver still in the cab
my mum has dementia and has gone out in the snow in her nightie
kids trapped in the car, water up to the windows
someone needs to get to flat 6, he's not answering and his tap is running through my ceiling
I've fallen down the stairs in the dark and can't move my leg
hi my sister needs water for her kidney machine tonight
we are cut off and my partner is having a stroke
please send help my son is not breathing
the water has come in my nans bungalow and she cant walk
theres a man hanging on to the railings at the ford, current really strong
pregnant and bleeding, road flooded cant get to hospital
My wife's chest is really tight and ambulance says 2hrs cos of the flood
help help help
HELP ME
can u help me im trapped
my lad has gone under the water
she is going to die if nobody comes
woman screaming in the flats on Mill Lane where the water is
My brother is tube fed and we have no clean water
my father is having fits and the phone lines are down
Mae fy nhad wedi disgyn ac mae'n brifo
two kids fell thru the ice
electric shock from the tap in my kitchen, arm is numb
i feel really faint, no water all day and im diabetic
baby hasnt had a bottle since last night
guy on mobility scooter tipped over in the flood on Mill Ln
my nan 88 no water since yesterday nobody has been
my daughters feeding pump needs sterile water
Elderley couple at no 9 havent got any water or heating
grandmother bedbound can't flush or wash her
in a bad way here, mum on the floor
sum1 is stuk in there car in the flood
my m8 is under the wall that came down
Someone's gone through the ice at the park lake
My pal fell down the open manhole on mill lane
Granny is trapped in her bungalow
My hubby has COPD and there's no power for his machine
neighbours wee boy has been knocked down, cars sliding everywhere
can't get my wife to hospital, she's losing blood
i took too many tablets
I feel like ending it
child locked in car in the snow
he's gone blue
my mum needs her heart tablets and the chemist can't deliver
my son had an allergic reaction, no epi pen
an elderly gentleman is wandering about in his pyjamas on Mill Lane
we're trapped
Water in the hallway up to my knees and I'm in a wheelchair
My friend isn't breathing right
Someone call 999 a car has flipped
a tree has come down on someone
house on fire on mill lane
my gran needs her water for dialysis
The carers haven't turned up for my mum because of the road closure
I can smell gas and I feel sick
lady collapsed by the standpipe
the girl at no 4 says her dad won't wake up
im scared, water coming thru the door, im on my own with 3 kids
""".strip().splitlines()

SPOKEN_OF = """
She's been stood at that bus stop for 3 hours in the snow, she's about 80
The water's at the level of the sockets and my grandad won't shift
need a boat or something to get 4 people off the roof of a van at the ford
my nephew has gone in after the dog
No heat and no power and I have a 3 week old
""".strip().splitlines()

VULNERABLE_ONES = """
No water and I've a two week old baby
Is there bottled water for my elderly mum
I'm diabetic and need water, when is it back
we are a care home with 30 residents and no water
autistic son can't cope without his bath, any idea how long
""".strip().splitlines()

COMPLAINTS = """
I want to make a formal complaint about how this was handled
How do I complain about this?
I am complaining, again, about the lack of information
I'll be going to the ombudsman
my solicitor will be in touch
""".strip().splitlines()

ONLY_SOUNDS_SO = """
this is killing me
dying for a cuppa
No water again, absolutely gasping for a brew
nearly had a heart attack when the manhole blew lol
I'm drowning in paperwork because of this
Sick of this, third time this year
bleeding useless council
bleedin joke
stuck in traffic because of the burst pipe
Bus stuck at the bottom of the hill
the road has collapsed where the pipe burst
pavement collapsed outside number 12
washing with baby wipes like it's a festival
is this an emergency repair or planned works?
Have you got an emergency number for the water?
How long until the emergency services open the road
No water here either
Is it just us with no water in Mill Lane?
we're stuck without water till when
what a shambles, heads should roll
You lot couldn't run a bath, especially today
I'm dead, the giraffe has lost its head
kids will have to go to school unwashed
pressure has fallen to nothing
snow falling heavily on the tops now
Labour councillors said it would be fixed
No shower before work, my colleagues will suffer
Trees down by the hospital, road shut
hospital road closed at the roundabout
power's off, freezer full of food melting
kids in the dark, no telly, send wine
I feel trapped in a loop with your phone system
don't hold your breath for the gritter
cars sliding everywhere on Elm Road
it's a sheet of ice outside ours
water's been pouring down the road since 6
When will my water be back on, need to get to work
Is it safe to drink?
brown water out of the tap
Dim dŵr yn Mill Lane bore 'ma
Can someone tell me what is going on
please fix it
please help with an update, no water since 6
can someone tell me when the flood on Mill Lane is cleared
someone needs to fix the hole in the road
my kids can't shower before school
no water, wife is not happy lol
How do I pay my bill
any news
Lovely to see the neighbours all helping each other in the snow
the man from the water board said 2 hours
my husband has been on hold for an hour
we've been told it would be fixed by noon
Mill lane is a lake
the whole family is annoyed
our street is a river lol
can't wash can't cook can't clean
water meter man never came
you people are useless
no one is helping us
please help, no water since 6am
who can help with this?
this needs sorting
I need a shower
I need water
need to wash my hair for a wedding
we need answers
Any help appreciated
driving through the flood on Mill Lane, be careful people
huge hole in the road
the lads fixing it are doing a grand job
my mum's just rung to say hers is off too
is the school shut? need to sort childcare
my cafe is losing money
kids off school again because of this
its freezing and the heating is off with no water
got a flood in the street
""".strip().splitlines()


@pytest.mark.parametrize("text", IN_DANGER)
@pytest.mark.parametrize("voice", [str, str.upper, str.lower])
def test_whoever_may_be_in_danger_is_no_part_of_a_bulk_reply(text: str, voice: type[str]) -> None:
    assert reason(voice(text)) in (DANGER, VULNERABLE)


@pytest.mark.parametrize("text", SPOKEN_OF)
def test_what_no_list_foresees_still_speaks_of_a_person(text: str) -> None:
    assert speaks_of_a_person(text)


def test_most_of_them_are_known_as_danger() -> None:
    assert sum(reason(text) == DANGER for text in IN_DANGER) >= 0.8 * len(IN_DANGER)


@pytest.mark.parametrize("text", VULNERABLE_ONES)
def test_a_vulnerable_person_gets_an_answer_of_their_own(text: str) -> None:
    assert reason(text) in (VULNERABLE, DANGER)


@pytest.mark.parametrize("text", COMPLAINTS)
def test_a_complaint_is_answered_as_one(text: str) -> None:
    assert reason(text) == COMPLAINT


@pytest.mark.parametrize("text", ONLY_SOUNDS_SO)
def test_what_only_sounds_so_can_be_answered_in_bulk(text: str) -> None:
    assert reason(text) is None
