package io.tiltmeter.dashboards.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.cases.DatasetCasePage;
import io.tiltmeter.dashboards.cases.FlipsPage;
import io.tiltmeter.dashboards.cases.OpenCases;
import io.tiltmeter.dashboards.chart.ForestPlot;
import io.tiltmeter.dashboards.chart.TiltGauge;
import io.tiltmeter.dashboards.chart.WealthChart;
import io.tiltmeter.dashboards.job.JobList;
import io.tiltmeter.dashboards.job.JobPage;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.dashboards.policy.Proposal;
import io.tiltmeter.dashboards.reference.ApiReference;
import io.tiltmeter.policy.gate.Trail.Wealth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Renders views to HTML documents; safe for use by several threads. */
public final class Pages {
  /** The header {@code Content-Security-Policy} that every page is made for. */
  public static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  /** The header {@code Content-Type} of every page. */
  public static final String CONTENT_TYPE = "text/html; charset=utf-8";

  private static final String TEMPLATES = "io.tiltmeter.dashboards.template";

  private final TemplateEngine templates =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Pages.class.getClassLoader(), TEMPLATES);
  private final Assets assets;

  /** Pages that refer to these assets. */
  public Pages(Assets assets) {
    this.assets = assets;
  }

  /**
   * The page where a key is pasted; it posts {@code key} and {@code back} to {@code /login}.
   *
   * @param error why the last key was refused; null at first
   */
  public String signIn(Frame frame, @Nullable String error) {
    return render("sign-in.jte", frame, with("error", error));
  }

  /** The list of jobs; its column of tenants is for staff only. */
  public String jobs(Frame frame, JobList list) {
    return render("jobs.jte", frame, with("list", list));
  }

  /** One job; the reviewer's desk is for staff only, whatever the view holds. */
  public String job(Frame frame, JobPage page) {
    Map<String, @Nullable Object> parameters = with("page", page);
    if (page.verdict() != null) {
      parameters.put("plot", ForestPlot.of(page.verdict().refusals()));
      parameters.put("gauge", TiltGauge.of(page.verdict().harmful()));
      Wealth wealth = page.verdict().wealth();
      parameters.put("wealth", wealth == null ? null : WealthChart.of(wealth));
    }
    return render("job.jte", frame, parameters);
  }

  /** A document about a training file that opens without a server and refers to nothing. */
  public String scan(ScanReport report) {
    return render("scan-report.jte", with("report", report));
  }

  /** Cases that wait for people, oldest first; for staff. */
  public String cases(Frame frame, OpenCases list) {
    return render("cases.jte", frame, with("list", list));
  }

  /** A case on a training file that is worse than was known; for staff. */
  public String datasetCase(Frame frame, DatasetCasePage page) {
    return render("dataset-case.jte", frame, with("page", page));
  }

  /** Answers of a job's models of which one refuses and the other does not; for staff. */
  public String flips(Frame frame, FlipsPage page) {
    return render("flips.jte", frame, with("page", page));
  }

  /** Policies that are proposed, oldest first; for staff. */
  public String policies(Frame frame, List<Proposal> proposals) {
    return render("policies.jte", frame, with("proposals", proposals));
  }

  /** What the public API offers; for everybody. */
  public String reference(Frame frame, ApiReference reference) {
    return render("reference.jte", frame, with("reference", reference));
  }

  /** A page that says why there is no page. */
  public String failure(Frame frame, Failure failure) {
    return render("failure.jte", frame, with("failure", failure));
  }

  private String render(String template, Frame frame, Map<String, @Nullable Object> parameters) {
    parameters.put("frame", frame);
    return render(template, parameters);
  }

  private String render(String template, Map<String, @Nullable Object> parameters) {
    parameters.put("assets", assets);
    TemplateOutput output = new StringOutput();
    templates.render(template, parameters, output);
    return output.toString();
  }

  private static Map<String, @Nullable Object> with(String name, @Nullable Object value) {
    Map<String, @Nullable Object> parameters = new HashMap<>();
    parameters.put(name, value);
    return parameters;
  }
}
