import io.swagger.v3.core.util.Yaml;
import io.swagger.v3.jaxrs2.integration.JaxrsOpenApiContextBuilder;
import io.swagger.v3.oas.integration.SwaggerConfiguration;
import java.util.Set;

/** Prints the OpenAPI document of Kafka Connect's own REST resources, as its release build does. */
final class Published {
    public static void main(String[] arguments) throws Exception {
        var settings = new SwaggerConfiguration()
            .resourcePackages(Set.of("org.apache.kafka.connect.runtime.rest.resources"))
            .sortOutput(true);
        var context = new JaxrsOpenApiContextBuilder<>().openApiConfiguration(settings).buildContext(true);
        System.out.println(Yaml.pretty(context.read()));
    }
}
