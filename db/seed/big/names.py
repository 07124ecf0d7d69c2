"""Names for made-up people, with the accents and apostrophes that real ones have."""

FIRST_NAMES = (
    *("Ada", "Aoife", "Barbara", "Björn", "Chidi", "Chloë", "Dafydd", "Edsger", "Éloïse", "Farah"),
    *("Femi", "Grace", "Gwen", "Hamza", "Imogen", "Inés", "Jürgen", "Kofi", "Lakshmi", "Łukasz"),
    *("Mai", "Niamh", "Núria", "Olek", "Priya", "Rosa", "Søren", "Tim", "Yusuf", "Zoë"),
)
LAST_NAMES = (
    *("Adeyemi", "Ashdown", "Begum", "Berners", "Castle", "D'Arcy", "Dale", "Easton", "Evans"),
    *("Fenn", "García", "Hopper", "Iqbal", "Jones", "Kaur", "Lovelace", "MacLeod", "Müller"),
    *("Nguyen", "O'Grady", "Okafor", "Patel", "Quill", "Šimić", "Turing", "Wójcik", "Young"),
)
