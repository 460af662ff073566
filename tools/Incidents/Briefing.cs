using System.ComponentModel;
using System.Globalization;
using ECommerce.Incidents.Running;
using ECommerce.Testing;

namespace ECommerce.Incidents;

/// <summary>
/// What the terminal says to a person: only where to look, and how to act and to answer. A Prometheus with the shop's rules watches the
/// incident where one is installed.
/// </summary>
internal sealed class Briefing(TextWriter output, DirectoryInfo folder) : IAsyncDisposable
{
    private PrometheusServer? _prometheus;

    public async Task OpenedAsync(Stage stage)
    {
        var seen = await ObserveAsync(stage.Arena.Management);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

              Customers come since {stage.Started:HH:mm:ss} UTC. Within some minutes something may go wrong, or nothing.

              The shop:       {stage.Arena.Public}
              For operators:  {new Uri(stage.Arena.Management, "/ops")}   (X-Management-Key: {stage.Arena.ManagementKey})
              The console:    {stage.Arena.Console}
              Its sign-in:    {new Uri(stage.Arena.Management, "/console/sign-in")}   (after a restart, with the key)
              Prometheus:     {seen}
              SQL:            psql {stage.Arena.Psql}
              To act:         make incident ARGS="act"   lists what an operator can do
              To answer:      fill in {Path.Combine(folder.ToString(), "answer.yml")}, which lists the words; the incident ends when it is complete

            """));
    }

    public ValueTask DisposeAsync() => _prometheus?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<string> ObserveAsync(Uri management)
    {
        try
        {
            var files = new PrometheusFolder().WithRules(rules => rules).Scraping("ecommerce", management);
            _prometheus = await PrometheusServer.StartAsync(files, hosts: 1);
            return _prometheus.Address.ToString();
        }
        catch (Win32Exception)
        {
            return "not installed";
        }
    }
}
