package demo

// trade is what somebody does for a living.
type trade struct {
	title, about   string
	posts, places  []string
	did            []string
	degree, skills string
}

func trades() []trade {
	return []trade{
		{"Registered Nurse", "Nurse with experience in intensive care and emergency rooms, calm under pressure.",
			[]string{"Staff nurse", "Charge nurse, ICU", "Nurse, emergency room"}, []string{"St. Anne Hospital", "University Hospital", "City Clinic No. 4"},
			[]string{"Cared for up to six patients a shift; trained new colleagues.", "Ran the night shift of a ward of 24 beds.", "Introduced a checklist that halved medication errors."},
			"BSc Nursing", "NCLEX-RN passed. BLS, ACLS."},
		{"Software Engineer", "Engineer for distributed systems; likes small teams and plain code.",
			[]string{"Backend engineer", "Senior engineer", "Site reliability engineer"}, []string{"Nortica Software", "Banco Andino", "Quillbee", "Telemar"},
			[]string{"Built the payments service in Go, 2,000 requests a second.", "Moved 40 services to one platform without an outage.", "Wrote the fraud rules; false alarms fell by a third."},
			"MSc Computer Science", "Go, Java, PostgreSQL, Kubernetes."},
		{"Chef de Partie", "Cook with fifteen years in hotels and restaurants.",
			[]string{"Sous chef", "Chef de partie", "Commis"}, []string{"Hotel Miramar", "La Terraza", "Grand Palace Hotel"},
			[]string{"Led a brigade of eight, 200 covers a night.", "Wrote the menu for the reopening; won a regional prize.", "Responsible for stock, hygiene and training."},
			"Diploma in Culinary Arts", "HACCP certificate. Driving licence."},
		{"Structural Engineer", "Designs bridges and industrial buildings in steel and concrete.",
			[]string{"Structural engineer", "Site engineer", "Project lead"}, []string{"Ponte Consulting", "Ministry of Public Works", "Delta Structures"},
			[]string{"Designed nine road bridges of up to 60 m span.", "Checked the retrofit of schools after the earthquake.", "Supervised a site of 120 workers."},
			"BEng Civil Engineering", "SAP2000, Tekla, AutoCAD. FE exam passed."},
		{"Teacher of Mathematics", "Teacher at secondary schools, founder of a school's maths club.",
			[]string{"Teacher", "Head of department", "Assistant teacher"}, []string{"Lyceum No. 2", "Girls' Secondary School", "International School"},
			[]string{"Taught classes of 35; led the school's Olympiad team.", "Wrote the curriculum for grades 9 to 11.", "Gave evening classes for adults."},
			"BEd Mathematics", "Chess, choir, first aid."},
		{"Research Scientist, Materials", "Works on solid electrolytes; 31 papers, 900 citations, reviewer for two journals.",
			[]string{"Postdoctoral researcher", "Research associate", "Visiting scientist"}, []string{"Institute of Physics", "National Laboratory", "University of Technology"},
			[]string{"First author of a paper on sodium conductors.", "Built the thin-film laboratory and trained six students.", "Holds two patents on coated separators."},
			"PhD Materials Science", "XRD, TEM, Python."},
		{"Truck Driver", "Long-distance driver without an accident in 1.2 million kilometres.",
			[]string{"Driver, long distance", "Driver and dispatcher", "Delivery driver"}, []string{"Rapid Cargo", "TransAlpina", "Harbour Logistics"},
			[]string{"Refrigerated goods, twelve countries.", "Planned the routes of nine trucks.", "Dangerous goods, all classes but 1 and 7."},
			"Secondary school certificate", "Licences C, CE. ADR."},
		{"Caregiver", "Looks after elderly people at home, patient and reliable.",
			[]string{"Live-in caregiver", "Nursing assistant", "Nanny"}, []string{"a private household", "Sunrise Home", "Casa San Juan"},
			[]string{"Cared for a couple of over ninety, day and night.", "Cooked, cleaned, gave medication, kept the diary.", "Looked after three children and their homework."},
			"Caregiver certificate", "First aid. Non-smoker."},
		{"Accountant", "Accountant for small firms and a charity; careful and fast.",
			[]string{"Accountant", "Financial controller", "Bookkeeper"}, []string{"Aurora Trading", "Red Lantern Foundation", "Hellas Foods"},
			[]string{"Closed the books of eleven companies each month.", "Prepared the audit; no findings three years in a row.", "Brought payroll for 140 people in house."},
			"BCom Accounting", "ACCA part-qualified. Excel, SAP."},
		{"Journalist", "Reporter on courts and corruption; had to leave the country in 2024.",
			[]string{"Reporter", "Editor", "Freelance journalist"}, []string{"The Daily Courier", "Radio Libre", "Channel 9"},
			[]string{"Uncovered the sale of hospital contracts.", "Ran the newsroom through two elections.", "Wrote for papers abroad under a pen name."},
			"BA Journalism", "Member of the writers' union. Letters of support attached on request."},
	}
}

func purposes() []string {
	return []string{
		"an employer in the United States", "advice about a work visa", "a way to join the family in New Jersey", "a position with sponsorship",
		"help with a green card application", "asylum for my children and me", "a transfer within the company", "a research position",
	}
}

func schools() []string {
	return []string{"State University", "University of Technology", "Catholic University", "National Institute", "City College"}
}
