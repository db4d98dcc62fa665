"""The word lists of `identifiers`: first names, and capitalised words of the work that are no names."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POSTCODE_AREAS = _words("""
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH
    EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M
    ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST
    SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
""")

# Seen anywhere with a capital letter, these are taken for a name.
FIRST_NAMES = _words("""
    aaliyah aaron abdul abdullah abigail adam adrian agnieszka ahmed aidan aisha alan albert alejandro
    alex alexander alexandra alfie ali alice alicia alina alison amara amelia amelie amina amir amy ana
    anastasia andre andrea andrew angela anita anna annabel anne annie anthony antonio anya aria arthur
    asha ashley asif ava ayaan ayesha barbara beatrice ben benjamin beth bethany bilal bradley brandon
    brian bridget caitlin callum cameron carl carlos carol caroline catherine charles charlie charlotte
    chloe chris christina christine christopher claire clara colin connor courtney craig daniel danielle
    darren dave david dawid deborah declan deepak denise dennis diana diego dmitri dominic dominik donna
    dylan edward eleanor elena elijah elizabeth ella ellen ellie elliot elsie emily emma emmanuel eric
    erin ethan evan evelyn evie ewa farah fatima felix finley fiona florence frances francesca francis
    freddie frederick freya gabriel gareth gary gavin gemma george georgia georgina gillian giovanni
    graham gregory hamza hana hannah harriet harry harvey hassan helen henry hugo ibrahim imogen imran
    india ines isaac isabel isabella isabelle isla ismail ivan jack jackson jacob jacqueline jake jakub
    james jamie jamila jane janet janice jasmine jason javier jayden jean jenna jennifer jenny jeremy
    jerome jessica jessie jill jim joan joanna joanne joe joel john johnny jonathan jordan jorge jose
    joseph joshua josie juan judith julia julian julie juliet justin kai kamal karen karim karina kate
    katherine kathleen kathryn katie kayla kayleigh keith kelly kelvin kenneth kerry kevin khadija
    khalid kieran kim kirsty kofi kwame kyle laila laura lauren layla leah leanne lee leo leon leroy
    lewis liam lilly linda lisa logan lola louis louise luca lucas lucy luis luke lydia lynn maddison
    madison magdalena mahmoud maisie malik manuel marcus margaret maria mariam marie mario marta martha
    martin mary maryam mateusz matthew maureen maya megan mehmet melanie melissa mia michael michaela
    michal michelle miguel mike millie milo mohamed mohammad mohammed molly monica muhammad mustafa
    nadia naomi natalia natalie natasha nathan neil niamh nicholas nicola nicole nigel nina noah nora
    oliver olivia omar oscar osman owen pamela patricia patrick paul paula pedro peter philip phillip
    phoebe piotr priya rachel rahul raj rajesh ralph rania rashid raymond rebecca reece reggie reuben
    rhys richard riley robert rory rosie ross roxanne roy ruth ryan saad sadia sam samantha samira
    samuel sandra sanjay sara sarah sean sebastian shane shannon sharon shaun sheila shirley sian sienna
    simon sofia sonia sophia sophie stacey stanley stella stephanie stephen steve steven stuart susan
    suzanne sylvia tamara tamika tania tanya tara tariq tess theo theresa thomas tia tim timothy toby
    tom tomasz tommy tony tracey tracy tyler tyrone usman valerie vanessa vera veronica victoria vincent
    vivian wayne wendy william xavier yasmin yusuf yvonne zachary zahra zain zainab zara zoe zofia
    zuzanna
""")

# Names that are also words or months: a name only before a surname.
NAMES_THAT_ARE_WORDS = _words("""
    amber angel april art autumn bill chase christian crystal daisy dale dawn dean destiny drew eve
    faith frank glen grace grant guy hazel heather holly hope hunter iris ivy jade jasper joy june lily
    mark mason max may melody miles nick olive paige pat pearl penny pip poppy ray rob robin rose ruby
    sage scott sky skye storm sue summer trinity victor violet will willow
""")

# Words that stand with a capital letter in professional writing, or at the start of a sentence.
NOT_NAMES = _words("""
    a about academy access accident accommodated accommodation accountable act action actions active
    additional administrator adolescent adoption adult adults advanced advice adviser advisory advocacy
    advocate afghan african after aftercare again agency agreed agreement agreements all allegation
    allegations allocated allocation although always ambulance an analysis analyst and annual another
    any application apprenticeship appropriate apr april arabic area areas arrangement arrangements as
    asian asked assessed assessment assessments assistant asylum at attachment attainment attendance
    audit auditor audits aug august authority autumn babies baby bail bank barnardo based be beacon
    because before being bengali bereavement best better bible birth black board body both boys
    breakfast bridge brief britain british brook brother brothers bureau but by cabinet cafcass camhs
    capacity care careers carer carers caribbean caring case caseload cases casework catholic centre
    chair challenge champion change changes chapter charity checklist chief child childhood childline
    children chinese christian christmas chronology church citizen civic civil clear clearer clinic
    clinical clinician closure club co coach coaching code cohort college commission commissioner
    commissioning commitment committee communication communications community competence complaint
    complaints complex compliance concern concerns concurrent conference conferences connected
    connections consent consultant consultation contact contacts contextual contingency conversation
    conversations coordinator core council councillor counselling county court courts covid cp criminal
    crisis criteria crown culture current custodian custody dads daily dashboard data date day days dec
    december decision decisions decree delay dental dentist department deprivation deputy designated
    despite destination detective detention development diary digital direct director disability
    disabled discharge disclosure disruption district diwali doctor domestic drama drift drug during
    duty each early east easter ecomap edge education educational educator effectiveness eid either
    elective eligible emergency emotional employment england english enquiries enquiry ensure enterprise
    entry equality equipment escalation estate estimate europe european evaluation even every everyone
    evidence evidenced exam examples excel exclusion exit experience experiences exploitation extended
    external extra facebook facility fact faith familial families family father fathers feb february
    feedback female fewer final finally finance finding findings fire first five focus follow following
    football for forced forensic form former forms formulation forum foster fostering foundation four
    framework freedom french fri friday from frontline full fund further future gap gaps gateway general
    genital genogram girls given goal goals gold good google government governor gp grade graded
    grandparent grandparents group groups guardian guardianship guidance guide gypsy had halloween
    hanukkah happy harbour have he head headteacher health hearing hearings helpline her here high
    higher hindu his history holistic home homes honour hospital hospitals hostel house household
    housing how however hub human i identity if immigration impact improvement in inadequate incident
    included inclusion income incredible independent indian individual induction infant information
    initial initially injunction insight inspection inspector inspectorate instagram intensive
    interagency interim internal intervention interview into intra investigation ireland irish is
    islamic issue issues it its jan january jewish job joint judge judgement jul july jun junction june
    junior justice key king kinship knowledge kooth kurdish lady landlord language last later law lawyer
    lead leader leaders leadership leaflet learner learners learning leaving left legal less letter
    level liaison library licence life lifelong line link listening little lived local locality london
    looked magistrate maintained male management manager managers manual many mar march marriage mash
    maternity matrix matters may maybe me measures mediation medical meeting meetings member members
    memorandum mencap mental mentor mentoring met microsoft midwife midwifery midwives millfield
    minister ministry minutes missing mixed mobile mockingbird mon monday money monitoring monthly more
    mosaic mosque most mother mothers much multi multiple mum mums muslim mutilation my narrative
    national near need needs neglect neonatal network new newborn newly next nhs night no nobody
    nominated none north northern northgate not note notes nothing notice notification notifications
    nought nov november now nspcc number nurse nursery nurses nurture objective observation occupational
    oct october of off offender offending offer offers office officer officers ofsted often older
    ombudsman on once one online only open operational operations optician order orders organisation
    orientation other others our out outcome outcomes outlook outreach outstanding overall oversight
    overview own paediatric paediatrician pakistani panel parallel paramedic parent parental parenting
    parents park part participation partner partners partnership passport pathway pathways patient pause
    pediatric peer people performance perinatal periodic permanence permanency perpetrator persistent
    person personal pet physical picture pilot place placement placements plan planned planning plans
    play please pledge police policies policy polish population portage portal portfolio portuguese
    positive post practical practice practitioner practitioners pre premium preparation present
    presentation preventing prevention previous primary prime principal priorities priority prison
    private pro probation procedure procedures proceedings process professional professionals profile
    programme progress project proof prosecution protecting protection protocol provider providers
    provision psychiatric psychiatrist psychologist psychology public punjabi pupil purposeful qualified
    qualifying quality quarter queen questions quran radicalisation ramadan readiness reading reception
    record recording recordings records recovery recruitment reducing reduction reference referral
    referrals refuge refugee refusal regional register registered registration regular regulation
    regulator rehabilitation rehousing relate relationship relationships relevant renewal repeat report
    reports representation request required requires resettlement residential resolution resource
    resources respite response responses responsible restorative return returned reunification reunion
    review reviewing reviews right rights risk risks roma romanian room rota royal rule rules safe
    safeguarding safer safety samaritans same sanctuary sat saturday save scale schedule scheme school
    schools scotland scottish screening scrutiny search second secondary section sector secure see
    seeking seen self senco send senior sense sensory sep separate separated sept september serious
    service services session sessions settled settlement seven sexual sgo share shared she shelter short
    sibling siblings signs sikh since single sister sisters six skills small snapchat so social
    solicitor solihull solution solutions somali some someone south southern spanish special specialist
    specific specification speech sponsor sponsorship sport spring stability staff staffing stage
    stakeholder standards star start state statement station statistics statutory stay step stepfather
    stepmother stepping storage store story strategic strategy street strength strengthening strengths
    strong stronger student substance such summary summer sun sunday sundays supervised supervising
    supervision supervisions supervisor supervisory support supported supporting sure surgeon surgery
    surveillance survey sustained system systemic systems talk talking targeted task teacher teachers
    team teams technical technology tell template temporary tenancy term test thank that the their them
    then therapeutic therapies therapist therapy there these they things think thinking third this those
    three threshold through thu thursday tiktok time timeline timeliness timely title to today together
    tool toolkit track tracked tracker traded trafficking training transfer transition transitions
    transport trauma travel traveller treasury tree triage trial tribunal triple trust tue tuesday
    turning twin two uasc ukrainian unaccompanied unborn under unit universal university unknown until
    up update updates urdu urgent use used vaccine verification very viability victim video viewpoint
    views violence virtual visit visiting visits voice voices volunteer volunteers vulnerable waiting
    wales walk warden was we wed wednesday week weekend weekends weekly weeks welcome welfare well
    wellbeing wellness welsh were west what whatsapp when where whether which while whistleblowing white
    who whole why wider win winter wishes with within without witness woman women word work worker
    workers workflow workforce working workshop worries worry wraparound written year years yes yet you
    young your youth youtube zone zoom
""")
