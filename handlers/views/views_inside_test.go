package views

import (
	"html/template"
	"testing"
	"time"

	"kollega/internal/i18n"
)

// TestAPageIsPutTogetherOnce has a page wait for another that is put together, and be there when its turn comes.
func TestAPageIsPutTogetherOnce(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(texts, i18n.Languages(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	const name = "hr/none.html" // that no file has: putting it together fails
	there, got := template.New(name), make(chan *template.Template)
	v.making.Lock()
	go func() {
		page, _ := v.page("nb", name)
		got <- page
	}()
	time.Sleep(50 * time.Millisecond) // it has looked, and waits
	v.mu.Lock()
	v.pages["nb/"+name] = there
	v.mu.Unlock()
	v.making.Unlock()
	if page := <-got; page != there {
		t.Errorf("got %v, want the page that was put together meanwhile", page)
	}
}
