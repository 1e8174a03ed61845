package models_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"kollega/models"
)

func TestReadPeople(t *testing.T) {
	t.Parallel()
	kari := models.PersonRow{Line: 2, Email: "kari@example.org", Name: "Kari Åsen", Role: "leder", Team: "Drift"}
	windows, _ := charmap.Windows1252.NewEncoder().String("E-post;Navn;Rolle;Avdeling\r\nkari@example.org;Kari Åsen;leder;Drift\r\n")
	wide, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("E-post\tNavn\tRolle\tTeam\r\nkari@example.org\tKari Åsen\tleder\tDrift\r\n")
	hint := kari
	hint.Line = 3
	for _, tt := range []struct {
		name, in string
		want     models.PersonRow
	}{
		{"comma and English", "email,name,role,team\nkari@example.org,Kari Åsen,leder,Drift\n", kari},
		{"semicolon and Norwegian", "E-post;Navn;Rolle;Team\nkari@example.org;Kari Åsen;leder;Drift", kari},
		{"a byte order mark", "\ufeffE-postadresse,Fullt navn,Rolle,Avdeling\r\nkari@example.org,Kari Åsen,leder,Drift\r\n", kari},
		{"Windows-1252", windows, kari},
		{"UTF-16 with tabs", wide, kari},
		{"another order and strange columns", "Ansattnr,TEAM,e_post,navn,rolle\n7,Drift,kari@example.org,Kari Åsen,leder\n", kari},
		{"first and last name", "fornavn;etternavn;epost;rolle;lag\nKari;Åsen;kari@example.org;leder;Drift\n", kari},
		{"quotes around a separator", "epost,navn,rolle,team\nkari@example.org,\"Kari Åsen\",leder,\"Drift\"\n", kari},
		{"Excel's hint", "sep=;\nepost;navn;rolle;team\nkari@example.org;Kari Åsen;leder;Drift\n", hint},
		{"cells that would calculate", "epost,navn,rolle,team\n kari@example.org ,=Kari  Åsen,+leder,@Drift\n", kari},
		{"empty lines", "epost,navn,rolle,team\nkari@example.org,Kari Åsen,leder,Drift\n,,,\n\n", kari},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, err := models.ReadPeople([]byte(tt.in))
			if err != nil || len(rows) != 1 || rows[0] != tt.want {
				t.Errorf("got %+v %v, want %+v", rows, err, tt.want)
			}
		})
	}
}

func TestReadPeopleRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, key string }{
		{"nothing", "", "people.import.empty"},
		{"only a heading", "epost,navn\n", "people.import.empty"},
		{"no address column", "navn,team\nKari,Drift\n", "people.import.no_email"},
		{"a spreadsheet", "PK\x03\x04rest", "people.import.spreadsheet"},
		{"a program", "\x7fELF\x00\x00\x00", "people.import.unreadable"},
		{"too many", "epost\n" + strings.Repeat("a@example.org\n", 5001), "people.import.too_many"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := models.ReadPeople([]byte(tt.in))
			var bad models.ValidationErrors
			if !errors.As(err, &bad) || bad[0].Key != tt.key {
				t.Errorf("got %v, want %s", err, tt.key)
			}
		})
	}
}

func FuzzReadPeople(f *testing.F) {
	f.Add([]byte("epost;navn\nkari@example.org;Kari\n"))
	f.Add([]byte("\ufeffemail,\"name\nkari@example.org,\"\"\""))
	f.Add([]byte("\xff\xfee\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := models.ReadPeople(data)
		if (err == nil) != (len(rows) > 0) {
			t.Errorf("got %d rows and %v", len(rows), err)
		}
		for _, r := range rows {
			for _, cell := range []string{r.Email, r.Name, r.Role, r.Team} {
				if strings.ContainsAny(cell, "\r\n\t\x00") || cell != "" && strings.ContainsRune("=+-@'", rune(cell[0])) {
					t.Errorf("cell %q is not neutral", cell)
				}
			}
		}
	})
}

func TestImportPeople(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	admin, hr := add(t, db, "ada@example.org", models.RoleAdmin), add(t, db, "hr@example.org", models.RoleHR)
	gone := add(t, db, "gone@example.org", models.RoleEmployee)
	if err := db.Deactivate(t.Context(), admin, gone.ID); err != nil {
		t.Fatal(err)
	}
	for _, in := range []models.NewUser{
		{Email: "same@example.org", Name: "Sam", Role: "employee", Team: "Drift"},
		{Email: "moves@example.org", Name: "Mo", Role: "employee", Team: "Drift"},
	} {
		if _, err := db.AddUser(t.Context(), admin, in); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := models.ReadPeople([]byte(`e-post;navn;rolle;team
new@example.org;Nina;;Butikk
SAME@example.org;Sam;;drift
moves@example.org;Mo Moe;Leder;butikk
new@example.org;Nina igjen;;
ada@example.org;Ada;hr;
gone@example.org;G;;
tull;T;;
chef@example.org;C;sjef;
boss@example.org;B;admin;
;Uten;;
noname@example.org;;;
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ does, reason string }{
		{"new", ""},
		{"unchanged", ""},
		{"changed", ""},
		{"error", "people.import.twice"},
		{"error", "people.import.admin_only"},
		{"error", "people.is_deactivated"},
		{"error", "error.email"},
		{"error", "people.import.role"},
		{"error", "people.import.admin_only"},
		{"new", ""}, // without an address: gets a card
		{"error", "people.import.no_name"},
	}
	plan, err := db.PlanImport(t.Context(), hr, rows)
	if err != nil || len(plan.Lines) != len(want) {
		t.Fatalf("got %d lines %v, want %d", len(plan.Lines), err, len(want))
	}
	for i, line := range plan.Lines {
		reason := ""
		if line.Reason != nil {
			reason = line.Reason.Key
		}
		if line.Does != want[i].does || reason != want[i].reason {
			t.Errorf("line %d: got %s %s, want %s %s", line.Line, line.Does, reason, want[i].does, want[i].reason)
		}
	}
	if len(plan.NewTeams) != 1 || plan.NewTeams[0] != "Butikk" {
		t.Errorf("new teams: got %v, want Butikk", plan.NewTeams)
	}
	if _, err := db.UserByEmail(t.Context(), "new@example.org"); !errors.Is(err, models.ErrNotFound) {
		t.Error("the preview changed something")
	}
	if _, err := db.ImportPeople(t.Context(), hr, rows, true); err != nil {
		t.Fatal(err)
	}
	moved, err := db.UserByEmail(t.Context(), "moves@example.org")
	if err != nil || moved.Name != "Mo Moe" || moved.Role != models.RoleLeader || moved.Team == nil || moved.Team.Name != "Butikk" {
		t.Errorf("got %+v %v, want Mo Moe leading in Butikk", moved, err)
	}
	nina, err := db.UserByEmail(t.Context(), "new@example.org")
	if err != nil || nina.State() != models.PersonInvited {
		t.Errorf("got %+v %v, want Nina invited", nina, err)
	}
	again, err := db.PlanImport(t.Context(), hr, rows)
	if err != nil || again.New != 0 || again.Changed != 0 || again.Unchanged != 4 {
		t.Errorf("the same list again: got %d new, %d changed, %d unchanged %v; want 0, 0, 4", again.New, again.Changed, again.Unchanged, err)
	}
	if plan, err := db.PlanImport(t.Context(), admin, rows); err != nil || plan.Lines[4].Reason == nil || plan.Lines[4].Reason.Key != "people.last_admin" {
		t.Errorf("the last administrator steps down by list: got %+v %v", plan.Lines[4], err)
	}
}
