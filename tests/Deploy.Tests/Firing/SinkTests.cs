using System.Net;
using System.Text;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>The sink shows what it gets, and survives what it should not get.</summary>
[Trait("Category", "Running")]
public sealed class SinkTests
{
    private const string Firing = """
        {"receiver": "pager", "status": "firing", "groupLabels": {}, "alerts": [{"status": "firing", "startsAt": "2026-01-01T00:00:00Z",
          "labels": {"alertname": "HostDown", "severity": "page", "module": "platform"},
          "annotations": {"summary": "platform: the host\n does not answer", "runbook_url": "docs/runbooks/host-down.md"}}]}
        """;

    [Fact]
    public async Task An_alert_is_a_line_for_people()
    {
        await using var pager = await Pager.StartAsync();

        (await pager.Client.GetStringAsync("/")).ShouldBe("Alertmanager has sent nothing yet.\n");
        (await PostAsync(pager, Firing)).ShouldBe(HttpStatusCode.NoContent);

        (await pager.Client.GetStringAsync("/")).ShouldEndWith(" FIRING   page   to pager    HostDown: platform: the host  does not answer (docs/runbooks/host-down.md)\n");
    }

    [Fact]
    public async Task An_annotation_that_strikes_at_terminals_is_shown_and_not_obeyed()
    {
        const string Attack = "\\u001b]0;owned\\u0007\\u001b[2J\\u009b1m\\u202egnp\\u2028forged";
        await using var pager = await Pager.StartAsync();

        (await PostAsync(pager, Firing.Replace("does not answer", Attack, StringComparison.Ordinal))).ShouldBe(HttpStatusCode.NoContent);

        foreach (var page in (string[])["/", "/alerts"])
        {
            var text = await pager.Client.GetStringAsync(page);
            text.TrimEnd('\n').ShouldAllBe(letter => letter >= ' ' && letter <= '~', page);
            text.ShouldContain(@"\u001b]0;owned\u0007\u001b[2J", Case.Insensitive);
            text.ShouldContain(@"\u202egnp", Case.Insensitive);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"receiver\": \"pager\", \"status\": \"firing\", \"groupLabels\": {}, \"alerts\": null}")]
    [InlineData("not JSON")]
    public async Task What_is_no_notification_is_refused(string body)
    {
        await using var pager = await Pager.StartAsync();

        (await PostAsync(pager, body)).ShouldBe(HttpStatusCode.BadRequest);
        (await pager.ReceivedAsync()).ShouldBeEmpty();
    }

    private static async Task<HttpStatusCode> PostAsync(Pager pager, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await pager.Client.PostAsync("/alerts", content);
        return answer.StatusCode;
    }
}
