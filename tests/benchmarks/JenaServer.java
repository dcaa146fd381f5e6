import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryCancelledException;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.QueryParseException;
import org.apache.jena.query.ReadWrite;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.tdb2.TDB2;
import org.apache.jena.tdb2.TDB2Factory;

/**
 * SPARQL endpoint on loopback over a TDB2 database, for benchmarks.
 *
 * <p>Debian has the libraries of Jena, but not its server Fuseki. The default graph is the union of
 * the named graphs. Run: java -cp '/usr/share/java/*' JenaServer.java FOLDER PORT SECONDS
 */
public final class JenaServer {
  public static void main(String[] arguments) throws IOException {
    Dataset data = TDB2Factory.connectDataset(arguments[0]);
    data.getContext().setTrue(TDB2.symUnionDefaultGraph);
    long limit = Long.parseLong(arguments[2]);
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/query", exchange -> answer(data, limit, exchange));
    server.start();
  }

  private static void answer(Dataset data, long limit, HttpExchange exchange) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String type = "text/plain";
    int status = 200;
    data.begin(ReadWrite.READ);
    try {
      Query query = QueryFactory.create(queryOf(exchange));
      try (QueryExecution run = QueryExecutionFactory.create(query, data)) {
        run.setTimeout(limit, TimeUnit.SECONDS);
        type = "application/sparql-results+json";
        if (query.isAskType()) {
          ResultSetFormatter.outputAsJSON(body, run.execAsk());
        } else if (query.isSelectType()) {
          ResultSetFormatter.outputAsJSON(body, run.execSelect());
        } else {
          type = "application/n-triples";
          RDFDataMgr.write(body, query.isConstructType() ? run.execConstruct() : run.execDescribe(), Lang.NTRIPLES);
        }
      }
    } catch (QueryParseException | QueryCancelledException error) {
      status = error instanceof QueryParseException ? 400 : 503;
      type = "text/plain";
      body.reset();
      body.writeBytes(String.valueOf(error.getMessage()).getBytes(StandardCharsets.UTF_8));
    } finally {
      data.end();
    }
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.size());
    exchange.getResponseBody().write(body.toByteArray());
    exchange.close();
  }

  private static String queryOf(HttpExchange exchange) throws IOException {
    String form =
        exchange.getRequestMethod().equals("POST")
            ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            : exchange.getRequestURI().getRawQuery();
    for (String pair : form.split("&")) {
      if (pair.startsWith("query=")) {
        return URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8);
      }
    }
    return "";
  }
}
