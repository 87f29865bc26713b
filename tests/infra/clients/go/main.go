// Drives a worker with one of two Go clients; writes one line of JSON for each step.
//
// Arguments: the client (cloudhut or ricardo), URL, folder with lines.txt, name. CONNECT_LOGIN is
// user:password; SSL_CERT_FILE names the certificates to trust, as in every Go program.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"
)

const (
	sourceClass = "org.apache.kafka.connect.file.FileStreamSourceConnector"
	sinkClass   = "org.apache.kafka.connect.file.FileStreamSinkConnector"
	wait        = 45 * time.Second
)

type config = map[string]any

// run is what both drivers know of their worker and their connector.
type run struct {
	url, lines, name, topic string
	user, password          string
	out                     *bufio.Writer
}

func (r *run) source() config {
	return config{"connector.class": sourceClass, "tasks.max": 1, "file": r.lines, "topic": r.topic}
}

// broken is a sink whose task cannot start: its file is below a file.
func (r *run) broken() config {
	out := filepath.Join(r.lines, "out.txt")
	return config{"connector.class": sinkClass, "tasks.max": 1, "file": out, "topics": r.topic}
}

func (r *run) say(step string, saw any) {
	line, err := json.Marshal(map[string]any{"step": step, "saw": saw})
	must(err)
	fmt.Fprintln(r.out, string(line))
	must(r.out.Flush())
}

// until looks until the wanted is there; returns what was seen last.
func until(look func() any, wanted any) any {
	end := time.Now().Add(wait)
	for {
		seen := look()
		if reflect.DeepEqual(seen, wanted) || time.Now().After(end) {
			return seen
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// all gives the states of a connector with one task that is wholly in one state.
func all(state string) any {
	tasks := map[string]string{}
	if state != "STOPPED" {
		tasks["0"] = state
	}
	return map[string]any{"connector": state, "tasks": tasks}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: drive cloudhut|ricardo URL FOLDER NAME")
		os.Exit(2)
	}
	r := &run{
		url:   os.Args[2],
		lines: filepath.Join(os.Args[3], "lines.txt"),
		name:  os.Args[4],
		topic: os.Args[4] + "-lines",
		out:   bufio.NewWriter(os.Stdout),
	}
	r.user, r.password, _ = strings.Cut(os.Getenv("CONNECT_LOGIN"), ":")
	switch os.Args[1] {
	case "cloudhut":
		r.cloudhut()
	case "ricardo":
		r.ricardo()
	default:
		fmt.Fprintf(os.Stderr, "no client is called %s\n", os.Args[1])
		os.Exit(2)
	}
}
