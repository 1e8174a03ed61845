package demo

import (
	"image/color"
	"strings"
	"time"

	"kollega/models"
)

const (
	houseName   = "Solvik kommune"
	houseAccent = "#1f5f6b"
)

// position is a job of the demonstration with its film and with what those who apply for it write.
type position struct {
	language string
	team     int // whose leader leads it
	job      models.JobInput
	weeks    int // from today to the deadline
	film     film
	rival    *film    // another clip of the job, which is compared with the first
	words    []string // messages of candidates, in the job's language
}

// positions are the four jobs, two in each language.
func positions() []position { return []position{nurse(), developer(), chef(), electrician()} }

func pay(from, to float64) (least, most *float64) { return &from, &to }

func required(names ...string) []models.SkillInput { return skills("required", names) }

func skills(need string, names []string) []models.SkillInput {
	out := make([]models.SkillInput, len(names))
	for i, n := range names {
		out[i] = models.SkillInput{Name: n, Need: need}
	}
	return out
}

func nice(all []models.SkillInput, names ...string) []models.SkillInput {
	return append(all, skills("nice", names)...)
}

// text takes the indentation of the source away.
func text(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n\t", "\n") }

func inWeeks(now time.Time, weeks int) *time.Time {
	day := now.AddDate(0, 0, 7*weeks)
	return &day
}

func nurse() position {
	p := position{language: "nb", team: 0, weeks: 5, job: models.JobInput{
		Title: "Sykepleier i hjemmetjenesten", Location: "Solvik", Country: "NO", EmploymentType: "FULL_TIME",
		PayCurrency: "NOK", PayPeriod: "YEAR",
		Skills: nice(required("Norsk autorisasjon som sykepleier", "Førerkort klasse B"), "Sårstell", "Palliasjon", "Nordsamisk"),
		Description: text(`
	Du kjører fra dør til dør i Solvik og møter mennesker der de har det best: **hjemme**.

	## Hva du skal gjøre
	- Følge opp 8–10 brukere på hver vakt, med tid til en kaffekopp der det trengs
	- Legge planen sammen med brukeren, de pårørende og fastlegen
	- Lære opp studenter og nye kolleger

	## Hva du får
	- Turnus som du er med på å lage, hver tredje helg
	- Fast veileder det første halve året
	- Elbil, nettbrett og arbeidstøy
	- Betalt videreutdanning etter to år

	Vi er sytten i teamet, og vi spiser lunsj sammen. Lurer du på noe? Ring teamlederen, helst i lunsjen.`),
	}, film: film{
		title:   "Sykepleier i hjemmetjenesten",
		lines:   []string{"Du møter folk der de bor.", "Du får tid til å se dem.", "Og et team som ser deg."},
		other:   []string{"You meet people where they live.", "You get the time to see them.", "And a team that sees you."},
		colours: [4]color.RGBA{{0x14, 0x4d, 0x5e, 0xff}, {0x2b, 0x2f, 0x5f, 0xff}, {0xd9, 0x7b, 0x66, 0xff}, {0x3a, 0x9a, 0x8f, 0xff}},
		phase:   0.4, sign: heart, chord: [4]float64{196, 246.94, 293.66, 369.99},
	}, words: []string{
		"Jeg har jobbet fire år på sengepost og savner å følge opp folk over tid. Videoen traff meg, særlig det om å ha tid.",
		"Nyutdannet i juni. Jeg hadde praksis i hjemmetjenesten og vil gjerne tilbake dit.",
		"Flytter hjem til Solvik til høsten med familien. Kan begynne 1. september.",
		"Jeg har videreutdanning i palliasjon og bruker den gjerne hjemme hos folk.",
		"En kollega av meg sa at dere lager turnusen sammen. Er det sant? Da er jeg interessert!",
	}}
	p.job.PayMin, p.job.PayMax = pay(560_000, 675_000)
	rival := p.film
	rival.title, rival.phase = "Liv forteller", 2.2
	rival.lines = []string{"Jeg heter Liv.", "Fru Dahl venter med kaffe.", "Blir du kollegaen min?"}
	rival.other = []string{"My name is Liv.", "Mrs Dahl has coffee ready.", "Will you be my colleague?"}
	rival.colours = [4]color.RGBA{{0x4a, 0x2b, 0x52, 0xff}, {0x1d, 0x3f, 0x5c, 0xff}, {0xe0, 0x8a, 0x5a, 0xff}, {0x4f, 0x8f, 0xa6, 0xff}}
	p.rival = &rival
	return p
}

func developer() position {
	p := position{language: "en", team: 1, weeks: 6, job: models.JobInput{
		Title: "Backend developer, citizen services", Location: "Solvik or remote in Norway", Country: "NO", EmploymentType: "FULL_TIME", Remote: true,
		PayCurrency: "NOK", PayPeriod: "YEAR",
		Skills: nice(required("Go", "PostgreSQL"), "Universal design", "Kubernetes", "Norwegian"),
		Description: text(`
	Twelve thousand people apply for a kindergarten place, pay a fee or look up a bus with what you build. Most of them are in a hurry, on a phone, with one thumb.

	## What you will do
	- Own two services from the first sketch to the nightly graph
	- Sit with the case workers a day each month and watch what is slow
	- Delete more code than you write, when you can

	## What we offer
	- A small team of six who review each other's work the same day
	- A fixed 37.5 hour week, flexible around nine to two
	- A laptop of your choice and a conference a year
	- Norwegian lessons in working hours, if you want them

	We work in English and Norwegian. Ask us anything before you apply.`),
	}, film: film{
		title:   "Backend developer",
		lines:   []string{"Twelve thousand people use it.", "Six of us build it.", "One chair is free."},
		other:   []string{"Tolv tusen mennesker bruker det.", "Seks av oss bygger det.", "Én stol er ledig."},
		colours: [4]color.RGBA{{0x1b, 0x1f, 0x4b, 0xff}, {0x12, 0x4a, 0x6e, 0xff}, {0x7a, 0x5c, 0xd6, 0xff}, {0x2f, 0xa8, 0xb8, 0xff}},
		phase:   1.9, sign: brackets, chord: [4]float64{174.61, 220, 261.63, 329.63},
	}, words: []string{
		"Six years of Go, four of them on payment systems. I would like my work to be useful to my neighbours for once.",
		"I moved to Norway last year and speak B1 Norwegian. The clip made me smile, so here I am.",
		"I maintain a small PostgreSQL extension in my free time and would love a team that cares about boring technology.",
		"Coming from a consultancy, I want to stay with what I build. Happy to visit you in Solvik.",
	}}
	p.job.PayMin, p.job.PayMax = pay(720_000, 890_000)
	return p
}

func chef() position {
	p := position{language: "nb", team: 2, weeks: 3, job: models.JobInput{
		Title: "Kokk til skole og sykehjem", Location: "Solvik sentralkjøkken", Country: "NO", EmploymentType: "FULL_TIME",
		PayCurrency: "NOK", PayPeriod: "HOUR",
		Skills: nice(required("Fagbrev som kokk", "Allergener og internkontroll"), "Baking", "Norrøn mat"),
		Description: text(`
	Hver dag lager vi 640 porsjoner fra bunnen av. Noen skal til den som er seks år og kresen, noen til den som er nitti og husker fiskesuppa til mor.

	## Hva du skal gjøre
	- Planlegge menyen sammen med tre andre kokker
	- Lage mat av det bøndene og båtene i Solvik leverer
	- Ta imot elever som vil lære faget

	## Hva du får
	- Dagtid, mandag til fredag. Ingen kvelder, ingen helger.
	- Et nytt kjøkken med gulv som er gode å stå på
	- Faste møter med dem som spiser maten

	Send oss gjerne bildet av en rett du er stolt av.`),
	}, film: film{
		title: "Kokk på dagtid", upright: true,
		lines:   []string{"640 porsjoner om dagen.", "Alt fra bunnen av.", "Og du er hjemme til middag."},
		other:   []string{"640 servings a day.", "All from scratch.", "And you are home for dinner."},
		colours: [4]color.RGBA{{0x5a, 0x24, 0x2e, 0xff}, {0x2c, 0x3d, 0x34, 0xff}, {0xe0, 0x9a, 0x4a, 0xff}, {0x6f, 0x8f, 0x4e, 0xff}},
		phase:   3.1, sign: pot, chord: [4]float64{220, 277.18, 329.63, 415.3},
	}, words: []string{
		"Jeg har stått på restaurantkjøkken i elleve år og vil ha kveldene med ungene. Faget vil jeg beholde.",
		"Fagbrev i 2022, og jeg baker alt brødet hjemme. Legger ved et bilde i intervjuet!",
		"Jeg har jobbet på sykehjem før og vet hvor mye maten betyr.",
	}}
	p.job.PayMin, p.job.PayMax = pay(245, 290)
	return p
}

func electrician() position {
	p := position{language: "en", team: 2, weeks: 8, job: models.JobInput{
		Title: "Electrician for schools and street lights", Location: "Solvik", Country: "NO", EmploymentType: "FULL_TIME",
		PayCurrency: "NOK", PayPeriod: "MONTH",
		Skills: nice(required("Electrician's certificate (gruppe L)", "Driving licence, class B"), "Heat pumps", "KNX"),
		Description: text(`
	Four schools, two sports halls and 3,100 street lights: when you have been there, it is light.

	## What you will do
	- Replace old fittings with LED, one school at a time
	- Find out why the gym is cold, and mend it
	- Plan your own week with the foreman

	## What we offer
	- A van that is yours, with a proper rack
	- Daytime work and an on-call week every sixth
	- Courses paid by us: heat pumps, KNX, working at height
	- Overtime that you can take as time off

	Norwegian at work, and patience while you learn it.`),
	}, film: film{
		title:   "Electrician",
		lines:   []string{"Four schools. 3,100 street lights.", "When you have been there, it is light.", "Your van is ready."},
		other:   []string{"Fire skoler. 3 100 gatelys.", "Når du har vært der, er det lyst.", "Bilen din står klar."},
		colours: [4]color.RGBA{{0x1c, 0x2b, 0x3a, 0xff}, {0x3b, 0x2a, 0x4d, 0xff}, {0xf0, 0xc0, 0x5a, 0xff}, {0x3f, 0x6f, 0xa8, 0xff}},
		phase:   4.6, sign: bolt, chord: [4]float64{164.81, 207.65, 246.94, 311.13},
	}, words: []string{
		"Certified since 2017, mostly ships and fish farms. I would like to sleep at home.",
		"I have done two schools with LED and know where the dust hides.",
		"My brother-in-law works with you and says the vans are real. Is the job still open?",
	}}
	p.job.PayMin, p.job.PayMax = pay(44_000, 52_500)
	return p
}
