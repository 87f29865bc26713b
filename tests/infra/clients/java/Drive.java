import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.sourcelab.kafka.connect.apiclient.Configuration;
import org.sourcelab.kafka.connect.apiclient.KafkaConnectClient;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorDefinition;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorPlugin;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorPluginConfigDefinition;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorPluginConfigValidationResults;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorStatus;
import org.sourcelab.kafka.connect.apiclient.request.dto.NewConnectorDefinition;
import org.sourcelab.kafka.connect.apiclient.request.dto.Task;
import org.sourcelab.kafka.connect.apiclient.request.post.PostConnectorRestart;
import org.sourcelab.kafka.connect.apiclient.rest.exceptions.InvalidRequestException;

/**
 * Drives a worker with org.sourcelab:kafka-connect-client; one line of JSON for each step.
 *
 * <p>Arguments: URL, folder with {@code lines.txt}, name. {@code CONNECT_LOGIN} is {@code
 * user:password}; {@code CONNECT_TRUST_STORE} a PKCS12 file with the password {@code changeit}.
 */
public final class Drive {
    private static final String SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector";
    private static final String SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector";
    private static final long WAIT_MS = 45_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConnectClient client;
    private final String lines;
    private final String name;
    private final String topic;

    private Drive(KafkaConnectClient client, String folder, String name) {
        this.client = client;
        this.lines = new File(folder, "lines.txt").toString();
        this.name = name;
        this.topic = name + "-lines";
    }

    public static void main(String[] arguments) throws Exception {
        Configuration configuration = new Configuration(arguments[0]);
        String login = System.getenv("CONNECT_LOGIN");
        if (login != null) {
            configuration.useBasicAuth(login.split(":", 2)[0], login.split(":", 2)[1]);
        }
        String trust = System.getenv("CONNECT_TRUST_STORE");
        if (trust != null) {
            configuration.useTrustStore(new File(trust), "changeit");
        }
        Drive drive = new Drive(new KafkaConnectClient(configuration), arguments[1], arguments[2]);
        drive.read();
        drive.create();
        drive.change();
        drive.failAndDelete();
    }

    private void read() throws Exception {
        say("root", Map.of(
            "version", client.getConnectServerVersion().getVersion(),
            "cluster", !client.getConnectServerVersion().getKafkaClusterId().isEmpty()));
        Map<String, List<String>> plugins = new TreeMap<>();
        for (ConnectorPlugin plugin : client.getConnectorPlugins()) {
            if (List.of(SOURCE, SINK).contains(plugin.getClassName())) {
                plugins.put(plugin.getClassName(), List.of(plugin.getType(), plugin.getVersion()));
            }
        }
        say("plugins", plugins);
        ConnectorPluginConfigDefinition incomplete = ConnectorPluginConfigDefinition.newBuilder()
            .withName("FileStreamSourceConnector")
            .withConfig("name", name)
            .withConfig("connector.class", SOURCE)
            .withConfig("file", lines)
            .build();
        ConnectorPluginConfigValidationResults found = client.validateConnectorPluginConfig(incomplete);
        Map<String, Object> errors = new TreeMap<>();
        int defined = 0;
        for (ConnectorPluginConfigValidationResults.Config config : found.getConfigs()) {
            if (!config.getValue().getErrors().isEmpty()) {
                errors.put(config.getValue().getName(), config.getValue().getErrors());
            }
            if (config.getDefinition() != null && config.getDefinition().getImportance() != null) {
                defined++;
            }
        }
        say("validate", Map.of("count", found.getErrorCount(), "errors", errors));
        say("definitions", defined > 10);
        say("missing", attempt(() -> client.getConnector(name + "-nobody")));
    }

    private void create() throws Exception {
        NewConnectorDefinition.Builder request = NewConnectorDefinition.newBuilder().withName(name);
        source().forEach((key, value) -> request.withConfig(key, value));
        ConnectorDefinition made = calm(() -> client.addConnector(request.build()));
        say("create", Map.of("name", made.getName(), "type", made.getType(), "config", made.getConfig()));
        say("exists", attempt(() -> client.addConnector(request.build())));
        say("running", until(this::look, all("RUNNING")));
        say("worker", client.getConnectorStatus(name).getConnector().get("worker_id"));
        say("list", client.getConnectors().stream().filter(name::equals).toList());
        ConnectorStatus expanded = client.getConnectorsWithAllExpandedMetadata().getStatusForConnector(name);
        say("expanded", List.of(expanded.getName(), expanded.getType(), states(expanded)));
        ConnectorDefinition info = client.getConnectorsWithAllExpandedMetadata().getDefinitionForConnector(name);
        say("expanded-info", info.getConfig());
        say("config", calm(() -> client.getConnectorConfig(name)));
        List<Object> tasks = new ArrayList<>();
        for (Task task : calm(() -> client.getConnectorTasks(name))) {
            tasks.add(Map.of("connector", task.getId().getConnector(), "task", task.getId().getTask()));
        }
        say("tasks", tasks);
        say("task-status", Map.of(
            "id", client.getConnectorTaskStatus(name, 0).getId(),
            "state", client.getConnectorTaskStatus(name, 0).getState()));
        say("topics", Map.of("topics", until(() -> client.getConnectorTopics(name).getTopics(), List.of(topic))));
    }

    private void change() throws Exception {
        calm(() -> client.resetConnectorTopics(name));
        say("topics-reset", Map.of("topics", until(() -> client.getConnectorTopics(name).getTopics(), List.of())));
        Map<String, String> changed = source();
        changed.put("batch.size", "50");
        calm(() -> client.updateConnectorConfig(name, changed));
        say("update", calm(() -> client.getConnectorConfig(name)));
        until(this::look, all("RUNNING"));
        calm(() -> client.restartConnector(name));
        say("restart", until(this::look, all("RUNNING")));
        calm(() -> client.restartConnector(new PostConnectorRestart(name).withIncludeTasks(true)));
        say("restart-with-tasks", until(this::look, all("RUNNING")));
        calm(() -> client.restartConnectorTask(name, 0));
        say("restart-task", until(this::look, all("RUNNING")));
        calm(() -> client.pauseConnector(name));
        say("pause", until(this::look, all("PAUSED")));
        calm(() -> client.resumeConnector(name));
        say("resume", until(this::look, all("RUNNING")));
        calm(() -> client.stopConnector(name));
        say("stop", until(this::look, all("STOPPED")));
        calm(() -> client.resumeConnector(name));
        say("resume-stopped", until(this::look, all("RUNNING")));
    }

    private void failAndDelete() throws Exception {
        String broken = name + "-broken";
        calm(() -> client.updateConnectorConfig(broken, new TreeMap<>(Map.of(
            "connector.class", SINK, "tasks.max", "1", "file", lines + "/out.txt", "topics", topic))));
        until(() -> !trace(broken).isEmpty(), true);
        say("failed", trace(broken));
        calm(() -> client.deleteConnector(broken));
        calm(() -> client.deleteConnector(name));
        say("delete", until(() -> attempt(() -> client.getConnectorStatus(name)),
            Map.of("code", 404, "message", "No status found for connector " + name)));
    }

    private Map<String, String> source() {
        Map<String, String> config = new TreeMap<>();
        config.put("connector.class", SOURCE);
        config.put("tasks.max", "1");
        config.put("file", lines);
        config.put("topic", topic);
        return config;
    }

    private String trace(String connector) {
        for (ConnectorStatus.TaskStatus task : client.getConnectorStatus(connector).getTasks()) {
            if (task.getState().equals("FAILED")) {
                return task.getTrace().lines().findFirst().orElse("");
            }
        }
        return "";
    }

    private Object look() {
        return states(client.getConnectorStatus(name));
    }

    private static Map<String, Object> states(ConnectorStatus status) {
        Map<String, Object> tasks = new TreeMap<>();
        for (ConnectorStatus.TaskStatus task : status.getTasks()) {
            tasks.put(String.valueOf(task.getId()), task.getState());
        }
        return Map.of("connector", status.getConnector().get("state"), "tasks", tasks);
    }

    private static Map<String, Object> all(String state) {
        return Map.of("connector", state, "tasks", state.equals("STOPPED") ? Map.of() : Map.of("0", state));
    }

    /** Calls until no rebalance is in the way, which this client leaves to its users. */
    private static <T> T calm(Callable<T> call) throws Exception {
        long end = System.currentTimeMillis() + WAIT_MS;
        while (true) {
            try {
                return call.call();
            } catch (InvalidRequestException error) {
                // Java Connect says it with 409 and with 500
                if (error.getErrorCode() != 409 && error.getErrorCode() != 500 || System.currentTimeMillis() > end) {
                    throw error;
                }
            }
            Thread.sleep(200);
        }
    }

    /** Calls until no rebalance is in the way; returns the refusal if it is one. */
    private static Object attempt(Callable<?> call) throws Exception {
        long end = System.currentTimeMillis() + WAIT_MS;
        while (true) {
            try {
                return call.call();
            } catch (InvalidRequestException error) {
                if (!error.getMessage().contains("rebalance") || System.currentTimeMillis() > end) {
                    return Map.of("code", error.getErrorCode(), "message", error.getMessage());
                }
            }
            Thread.sleep(200);
        }
    }

    /** Looks until the wanted is there; returns what was seen last. */
    private static Object until(Callable<?> look, Object wanted) throws Exception {
        long end = System.currentTimeMillis() + WAIT_MS;
        while (true) {
            Object seen;
            try {
                seen = look.call();
            } catch (RuntimeException error) {
                seen = error.toString();
            }
            if (seen.equals(wanted) || System.currentTimeMillis() > end) {
                return seen;
            }
            Thread.sleep(100);
        }
    }

    private static void say(String step, Object saw) throws Exception {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("saw", saw);
        System.out.println(JSON.writeValueAsString(line));
        System.out.flush();
    }
}
