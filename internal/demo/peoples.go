package demo

// people is where prospects come from. Names are given as they are written; in a
// script other than Latin, "=" is followed by how the passport spells them.
type people struct {
	language  string // BCP 47
	spoken    string
	share     int // beside the others
	given     string
	family    string // none: one name only
	countries string // a city, a slash and its country
	domain    string // of some addresses, beside the usual ones
}

// peoples is the table, in the order of nothing.
func peoples() []people {
	return append(latinPeoples(), []people{
		{"ru", "Russian", 4, "Анна=Anna,Дмитрий=Dmitrii,Екатерина=Ekaterina,Сергей=Sergei,Ольга=Olga,Михаил=Mikhail",
			"Иванова=Ivanova,Соколов=Sokolov,Кузнецова=Kuznetsova,Щербаков=Shcherbakov,Воробьёва=Vorobeva", "Almaty/Kazakhstan,Tbilisi/Georgia,Yerevan/Armenia", "почта.example"},
		{"uk", "Ukrainian", 5, "Олена=Olena,Андрій=Andrii,Ганна=Hanna,Тарас=Taras,Мар'яна=Mariana,Дем'ян=Demian",
			"Шевченко=Shevchenko,Ковальчук=Kovalchuk,Мельник=Melnyk,В'ялих=Vialykh,Їжакевич=Yizhakevych", "Kharkiv/Ukraine,Odesa/Ukraine,Lviv/Ukraine", "пошта.example"},
		{"el", "Greek", 2, "Ελένη=Eleni,Γιώργος=Georgios,Χρυσάνθη=Chrysanthi,Νίκος=Nikos",
			"Παπαδόπουλος=Papadopoulos,Οικονόμου=Oikonomou,Αντωνίου=Antoniou", "Athens/Greece,Patras/Greece", ""},
		{"ar", "Arabic", 7, "محمد=Mohammed,فاطمة=Fatima,عبد الرحمن=Abdulrahman,ليلى=Layla,يوسف=Yousef,مريم=Mariam,عبدالله=Abdullah",
			"الحسن=Al-Hassan,خوري=Khoury,بن سالم=Bin Salem,العبيدي=Al-Obaidi,حداد=Haddad,الشامي=Al-Shami", "Amman/Jordan,Aleppo/Syria,Cairo/Egypt,Baghdad/Iraq", "بريد.example"},
		{"fa", "Persian", 4, "علی\u200cرضا=Alireza,زهرا=Zahra,مهدی=Mehdi,نگار=Negar,محمدحسین=Mohammad Hossein",
			"رضایی=Rezaei,کریمی=Karimi,حسینی\u200cنژاد=Hosseininejad,احمدی=Ahmadi", "Tehran/Iran,Shiraz/Iran,Herat/Afghanistan", ""},
		{"he", "Hebrew", 2, "נועה=Noa,איתי=Itai,רחל=Rachel,יונתן=Yonatan", "לוי=Levi,בן־דוד=Ben-David,מזרחי=Mizrahi", "Haifa/Israel,Tel Aviv/Israel", ""},
		{"zh", "Mandarin", 7, "伟=Wei,秀英=Xiuying,建国=Jianguo,欣怡=Xinyi,子涵=Zihan,志明=Zhiming", "王=Wang,李=Li,欧阳=Ouyang,张=Zhang,陈=Chen,司马=Sima", "Chengdu/China,Taipei/Taiwan,Shenzhen/China", "例子.example"},
		{"ko", "Korean", 4, "민준=Minjun,서연=Seoyeon,지훈=Jihoon,하은=Haeun", "김=Kim,이=Lee,박=Park,남궁=Namgung", "Busan/South Korea,Daegu/South Korea", ""},
		{"ja", "Japanese", 3, "さくら=Sakura,ユウキ=Yuki,健太=Kenta,マリア=Maria,ひろみ=Hiromi", "佐藤=Sato,鈴木=Suzuki,シルバ=Silva,髙橋=Takahashi", "Osaka/Japan,Nagoya/Japan", ""},
		{"hi", "Hindi", 6, "प्रिया=Priya,राहुल=Rahul,अंजलि=Anjali,विक्रम=Vikram,श्रुति=Shruti", "शर्मा=Sharma,पाटिल=Patil,श्रीवास्तव=Srivastava,गुप्ता=Gupta", "Pune/India,Jaipur/India,Nagpur/India", "डाक.example"},
		{"am", "Amharic", 2, "ሄለን=Helen,ዳዊት=Dawit,ብርሃኑ=Birhanu,ሰላም=Selam", "ተስፋዬ=Tesfaye,ገብረመድኅን=Gebremedhin,አበበ=Abebe", "Addis Ababa/Ethiopia,Gondar/Ethiopia", ""},
		// One name, in the passport too.
		{"id", "Indonesian", 2, "Suharto,Wati,Sukma,Hartini", "", "Surabaya/Indonesia,Medan/Indonesia", ""},
		{"ps", "Pashto", 2, "زرمینه=Zarmina,شاه\u200cولی=Shahwali,ګلالۍ=Gulalai", "", "Kandahar/Afghanistan,Kabul/Afghanistan", ""},
		{"my", "Burmese", 1, "သီရိ=Thiri,အောင်=Aung,မြင့်မြင့်ခင်=Myint Myint Khin", "", "Yangon/Myanmar", ""},
	}...)
}

func latinPeoples() []people {
	return []people{
		{"es", "Spanish", 22, "María José,Guadalupe,Alejandro,Xóchitl,José Ángel,Lucía,Íñigo,Rocío,Ximena,Andrés,Belén,Joaquín,Sofía",
			"García Hernández,Núñez,Quiñones,de la Cruz,Ibáñez,Peña,Martínez Ortiz,Rodríguez,Güell,Zúñiga,Velásquez",
			"Puebla/Mexico,Bogotá/Colombia,Maracaibo/Venezuela,Quetzaltenango/Guatemala,Lima/Peru,San Salvador/El Salvador", ""},
		{"en", "English", 12, "Chidinma,Olumide,Kwame,Grace,Blessing,Emeka,Ayesha,Liam,Siobhán,Thandiwe",
			"Okonkwo,Adeyemi,Mensah,Owusu-Ansah,Khan,O'Connor,Ní Bhriain,Nkosi,Fernandes,Ng", "Lagos/Nigeria,Accra/Ghana,Karachi/Pakistan,Cork/Ireland,Manila/Philippines", ""},
		{"vi", "Vietnamese", 7, "Thị Mai,Văn Hùng,Ngọc Ánh,Quốc Bảo,Thùy Dương,Đức Anh", "Nguyễn,Trần,Phạm,Huỳnh,Đặng,Võ", "Huế/Vietnam,Cần Thơ/Vietnam", "thư.example"},
		{"pl", "Polish", 4, "Małgorzata,Zbigniew,Łukasz,Agnieszka,Żaneta", "Wiśniewska,Brzęczyszczykiewicz,Kowalczyk,Żółć,Dąbrowski", "Łódź/Poland,Kraków/Poland", ""},
		{"tr", "Turkish", 4, "İbrahim,Ayşe,Çağla,Gökhan,Işıl", "Yılmaz,Öztürk,Şahin,Kılıç,Gündoğdu", "İzmir/Turkey,Gaziantep/Turkey", ""},
		{"pt-BR", "Portuguese", 7, "João,Conceição,Inês,Antônio,Luíza,Caetano", "da Silva,Gonçalves,dos Santos e Souza,Araújo,Falcão", "Recife/Brazil,Goiânia/Brazil,Luanda/Angola", ""},
		{"is", "Icelandic", 1, "Þórdís,Guðrún,Björn,Ægir", "Jónsdóttir,Sigurðsson,Þorvaldsdóttir", "Akureyri/Iceland", ""},
		{"fr", "French", 5, "Aïssatou,Jean-Baptiste,Chloé,Mamadou,Hélène", "Diallo,N'Diaye,D'Almeida,Lefèvre,Traoré,Désir", "Dakar/Senegal,Port-au-Prince/Haiti,Abidjan/Côte d'Ivoire", ""},
	}
}

// odd are people whose names have broken programs before.
func odd() []person {
	return []person{
		{given: "Jennifer", family: "Null", latin: "Jennifer Null"},
		{given: "Siobhán", family: "O'Brien-D'Arcy", latin: "Siobhan O'Brien-D'Arcy"},
		{given: "E", family: "Ó", latin: "E O"},
		{given: "Hubert Blaine", family: "Wolfeschlegelsteinhausenbergerdorff", latin: "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff"},
		{given: "Kariyawasam Ranaweera Mudiyanselage Chaminda Prasanna", family: "Weerakkody Appuhamilage Dissanayake", latin: "Chaminda Dissanayake"},
		{given: "Maria Antónia Josefa Xavier de Paula Michaela Gabriela", family: "de Bragança e Vasconcellos Corrêa de Sá e Benevides", latin: "Maria Antonia de Braganca"},
		{given: "True", family: "Test", latin: "True Test"},
		{given: "Teller", single: true, latin: "Teller"},
		{given: "Anna  Lena", family: "von und zu Weiß", latin: "Anna Lena von und zu Weiss"},
		{given: "Jo-Ann 2nd", family: "St. John, Jr.", latin: "Jo-Ann St. John"},
		{given: "𠮷郎", family: "𠮷田", latin: "Yoshiro Yoshida", language: "ja"}, // beyond the 16-bit range
		{given: "Zoë", family: "Nguye\u0302\u0303n", latin: "Zoe Nguyen"},     // marks of their own
		{given: "محمد Omar", family: "Smith-الخطيب", latin: "Mohammed Omar Smith-Al-Khatib", language: "ar"},
	}
}
