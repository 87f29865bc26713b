package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	connect "github.com/cloudhut/connect-client"
)

// cloudhut drives the client that Redpanda Console uses.
func (r *run) cloudhut() {
	options := []connect.ClientOption{connect.WithHost(r.url)}
	if r.user != "" {
		options = append(options, connect.WithBasicAuth(r.user, r.password))
	}
	c := &cloudhut{run: r, client: connect.NewClient(options...), ctx: context.Background()}
	c.read()
	c.create()
	c.change()
	c.failAndDelete()
}

type cloudhut struct {
	*run
	client *connect.Client
	ctx    context.Context
}

func refused(err error) any {
	if answer, ok := err.(connect.ApiError); ok {
		return map[string]any{"code": answer.ErrorCode, "message": answer.Message}
	}
	return fmt.Sprint(err)
}

// attempt calls until no rebalance is in the way, and gives the refusal.
func attempt(call func() error) any {
	end := time.Now().Add(wait)
	for {
		err := call()
		answer, ok := err.(connect.ApiError)
		if !ok || !strings.Contains(answer.Message, "rebalance") || time.Now().After(end) {
			return refused(err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// calm calls until no rebalance is in the way, which this client leaves to its users.
func calm(call func() error) {
	end := time.Now().Add(wait)
	for {
		err := call()
		answer, ok := err.(connect.ApiError)
		busy := ok && (answer.ErrorCode == 409 || answer.ErrorCode == 500) // as Java Connect says it
		if !busy || time.Now().After(end) {
			must(err)
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func states(status connect.ConnectorStateInfo) any {
	tasks := map[string]string{}
	for _, task := range status.Tasks {
		tasks[fmt.Sprint(task.ID)] = task.State
	}
	return map[string]any{"connector": status.Connector.State, "tasks": tasks}
}

func (c *cloudhut) look() any {
	status, err := c.client.GetConnectorStatus(c.ctx, c.name)
	if err != nil {
		return refused(err)
	}
	return states(status)
}

func (c *cloudhut) topics() any {
	topics, err := c.client.GetConnectorTopics(c.ctx, c.name)
	must(err)
	return topics[c.name].Topics
}

func (c *cloudhut) read() {
	root, err := c.client.GetRoot(c.ctx)
	must(err)
	c.say("root", map[string]any{"version": root.Version, "cluster": root.KafkaClusterID != ""})
	found, err := c.client.GetConnectorPlugins(c.ctx)
	must(err)
	plugins := map[string][]string{}
	for _, plugin := range found {
		if plugin.Class == sourceClass || plugin.Class == sinkClass {
			plugins[plugin.Class] = []string{plugin.Type, plugin.Version}
		}
	}
	c.say("plugins", plugins)
	incomplete := config{"name": c.name, "connector.class": sourceClass, "file": c.lines}
	result, err := c.client.PutValidateConnectorConfig(
		c.ctx, sourceClass, connect.ValidateConnectorConfigOptions{Config: incomplete})
	must(err)
	errors := map[string]any{}
	for _, one := range result.Configs {
		if list := one.Value["errors"].([]any); len(list) > 0 {
			errors[one.Value["name"].(string)] = list
		}
	}
	c.say("validate", map[string]any{"count": result.ErrorCount, "errors": errors})
	c.say("missing", attempt(func() error {
		_, err := c.client.GetConnector(c.ctx, c.name+"-nobody")
		return err
	}))
}

func (c *cloudhut) create() {
	request := connect.CreateConnectorRequest{Name: c.name, Config: c.source()}
	var made connect.ConnectorInfo
	calm(func() (err error) {
		made, err = c.client.CreateConnector(c.ctx, request)
		return err
	})
	c.say("create", map[string]any{"name": made.Name, "type": made.Type, "config": made.Config})
	c.say("exists", attempt(func() error {
		_, err := c.client.CreateConnector(c.ctx, request)
		return err
	}))
	c.say("running", until(c.look, all("RUNNING")))
	status, err := c.client.GetConnectorStatus(c.ctx, c.name)
	must(err)
	c.say("worker", status.Connector.WorkerID)
	names, err := c.client.ListConnectors(c.ctx)
	must(err)
	mine := []string{}
	for _, name := range names {
		if name == c.name {
			mine = append(mine, name)
		}
	}
	c.say("list", mine)
	expanded, err := c.client.ListConnectorsExpanded(c.ctx)
	must(err)
	one := expanded[c.name]
	c.say("expanded", []any{one.Status.Name, one.Status.Type, states(one.Status)})
	c.say("expanded-info", one.Info.Config)
	var stored map[string]string
	calm(func() (err error) {
		stored, err = c.client.GetConnectorConfig(c.ctx, c.name)
		return err
	})
	c.say("config", stored)
	var info connect.ConnectorInfo
	calm(func() (err error) {
		info, err = c.client.GetConnector(c.ctx, c.name)
		return err
	})
	c.say("tasks", info.Tasks)
	c.say("topics", map[string]any{"topics": until(c.topics, []string{c.topic})})
}

func (c *cloudhut) change() {
	calm(func() error { return c.client.ResetConnectorTopics(c.ctx, c.name) })
	c.say("topics-reset", map[string]any{"topics": until(c.topics, []string{})})
	changed := c.source()
	changed["batch.size"] = 50
	var updated connect.ConnectorInfo
	calm(func() (err error) {
		updated, err = c.client.PutConnectorConfig(
			c.ctx, c.name, connect.PutConnectorConfigOptions{Config: changed})
		return err
	})
	c.say("update", updated.Config)
	until(c.look, all("RUNNING"))
	plain := connect.RestartConnectorOptions{}
	calm(func() error { return c.client.RestartConnector(c.ctx, c.name, plain) })
	c.say("restart", until(c.look, all("RUNNING")))
	whole := connect.RestartConnectorOptions{IncludeTasks: true}
	calm(func() error { return c.client.RestartConnector(c.ctx, c.name, whole) })
	c.say("restart-with-tasks", until(c.look, all("RUNNING")))
	calm(func() error { return c.client.RestartConnectorTask(c.ctx, c.name, 0) })
	c.say("restart-task", until(c.look, all("RUNNING")))
	calm(func() error { return c.client.PauseConnector(c.ctx, c.name) })
	c.say("pause", until(c.look, all("PAUSED")))
	calm(func() error { return c.client.ResumeConnector(c.ctx, c.name) })
	c.say("resume", until(c.look, all("RUNNING")))
	calm(func() error { return c.client.StopConnector(c.ctx, c.name) })
	c.say("stop", until(c.look, all("STOPPED")))
	calm(func() error { return c.client.ResumeConnector(c.ctx, c.name) })
	c.say("resume-stopped", until(c.look, all("RUNNING")))
}

func (c *cloudhut) failAndDelete() {
	broken := c.name + "-broken"
	calm(func() error {
		_, err := c.client.PutConnectorConfig(
			c.ctx, broken, connect.PutConnectorConfigOptions{Config: c.broken()})
		return err
	})
	trace := ""
	until(func() any {
		status, err := c.client.GetConnectorStatus(c.ctx, broken)
		if err == nil && len(status.Tasks) > 0 {
			trace = status.Tasks[0].Trace
		}
		return trace != ""
	}, true)
	c.say("failed", firstLine(trace))
	c.say("console-message", consoleMessage(trace))
	calm(func() error { return c.client.DeleteConnector(c.ctx, broken) })
	calm(func() error { return c.client.DeleteConnector(c.ctx, c.name) })
	gone := map[string]any{"code": 404, "message": "No status found for connector " + c.name}
	c.say("delete", until(c.look, gone))
}

// consoleMessage makes of a trace what Redpanda Console shows of it: of the lines that do not end
// in a parenthesis the first that begins with "Caused by", else the first; from it what follows the
// first colon.
func consoleMessage(trace string) string {
	shown := ""
	for _, line := range strings.Split(trace, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasSuffix(line, ")") {
			continue
		}
		if strings.HasPrefix(line, "Caused by") {
			shown = line
			break
		}
		if shown == "" {
			shown = line
		}
	}
	_, message, _ := strings.Cut(shown, ":")
	return strings.TrimSpace(message)
}
