package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/ricardo-ch/go-kafka-connect/v3/lib/connectors"
)

// ricardo drives the client that the terraform provider uses. It knows no plugins, no validation,
// no topics, no stop and no offsets.
func (r *run) ricardo() {
	c := &ricardo{run: r, client: connectors.NewClient(r.url)}
	if r.user != "" {
		c.client.SetBasicAuth(r.user, r.password)
	}
	c.create()
	c.change()
	c.failAndDelete()
}

type ricardo struct {
	*run
	client connectors.HighLevelClient
}

// quiet calls until Java Connect no longer answers 500 for a rebalance; the client itself tries
// again after a 409.
func quiet[T any](call func() (T, error)) T {
	end := time.Now().Add(wait)
	for {
		answer, err := call()
		if err == nil || !strings.Contains(err.Error(), "rebalance") || time.Now().After(end) {
			must(err)
			return answer
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func asked[A, T any](call func(A) (T, error), argument A) T {
	return quiet(func() (T, error) { return call(argument) })
}

// waited calls and has the client wait until it sees what it did.
func waited[A, T any](call func(A, bool) (T, error), argument A) T {
	return quiet(func() (T, error) { return call(argument, true) })
}

func (c *ricardo) named(name string) connectors.ConnectorRequest {
	return connectors.ConnectorRequest{Name: name}
}

func (c *ricardo) look() any {
	status, err := c.client.GetConnectorStatus(c.named(c.name))
	if err != nil {
		return fmt.Sprint(err)
	}
	if status.Code != 200 {
		return status.Code
	}
	tasks := map[string]string{}
	for _, task := range status.TasksStatus {
		tasks[fmt.Sprint(task.ID)] = task.State
	}
	return map[string]any{"connector": status.ConnectorStatus["state"], "tasks": tasks}
}

func (c *ricardo) create() {
	c.say("missing", until(func() any {
		return asked(c.client.GetConnector, c.named(c.name+"-nobody")).Code
	}, 404))
	request := connectors.CreateConnectorRequest{
		ConnectorRequest: c.named(c.name), Config: c.source()}
	made := waited(c.client.CreateConnector, request)
	c.say("create", map[string]any{"name": made.Name, "config": made.Config, "code": made.Code})
	c.say("running", until(c.look, all("RUNNING")))
	status := asked(c.client.GetConnectorStatus, c.named(c.name))
	c.say("worker", status.ConnectorStatus["worker_id"])
	names := quiet(c.client.GetAll)
	mine := []string{}
	for _, name := range names.Connectors {
		if name == c.name {
			mine = append(mine, name)
		}
	}
	c.say("list", mine)
	stored := asked(c.client.GetConnectorConfig, c.named(c.name))
	c.say("config", stored.Config)
	tasks := asked(c.client.GetAllTasks, c.named(c.name))
	c.say("tasks", []any{tasks.Tasks[0].ID})
	// it decodes a task's status into a field that no worker sends, so it sees the code alone
	first := connectors.TaskRequest{Connector: c.name, TaskID: 0}
	task := asked(c.client.GetTaskStatus, first)
	c.say("task-status-code", task.Code)
}

func (c *ricardo) change() {
	changed := c.source()
	changed["batch.size"] = 50
	request := connectors.CreateConnectorRequest{
		ConnectorRequest: c.named(c.name), Config: changed}
	waited(c.client.UpdateConnector, request)
	info := asked(c.client.GetConnector, c.named(c.name))
	c.say("update", info.Config)
	current := quiet(func() (bool, error) { return c.client.IsUpToDate(c.name, changed) })
	c.say("up-to-date", current)
	quiet(func() (any, error) { return nil, c.client.DeployConnector(request) })
	until(c.look, all("RUNNING"))
	asked(c.client.RestartConnector, c.named(c.name))
	c.say("restart", until(c.look, all("RUNNING")))
	asked(c.client.RestartTask, connectors.TaskRequest{Connector: c.name, TaskID: 0})
	c.say("restart-task", until(c.look, all("RUNNING")))
	waited(c.client.PauseConnector, c.named(c.name))
	c.say("pause", until(c.look, all("PAUSED")))
	waited(c.client.ResumeConnector, c.named(c.name))
	c.say("resume", until(c.look, all("RUNNING")))
}

func (c *ricardo) failAndDelete() {
	broken := c.name + "-broken"
	request := connectors.CreateConnectorRequest{
		ConnectorRequest: c.named(broken), Config: c.broken()}
	quiet(func() (any, error) { return nil, c.client.DeployConnector(request) })
	trace := ""
	until(func() any {
		status, err := c.client.GetConnectorStatus(c.named(broken))
		if err == nil && len(status.TasksStatus) > 0 {
			trace = status.TasksStatus[0].Trace
		}
		return trace != ""
	}, true)
	c.say("failed", firstLine(trace))
	for _, name := range []string{broken, c.name} {
		waited(c.client.DeleteConnector, c.named(name))
	}
	c.say("delete", until(c.look, 404))
}
