using System.Globalization;
using ECommerce.Incidents.Running;
using Spectre.Console;

namespace ECommerce.Incidents;

/// <summary>What the terminal says: only where to look, and how to act and to answer.</summary>
internal sealed class Briefing(IAnsiConsole console, DirectoryInfo folder, bool isForAPerson)
{
    public void Opening() => console.WriteLine("A shop opens, with a database and customers of its own. Ctrl-C ends everything.");

    public Task OpenedAsync(Stage stage)
    {
        if (!isForAPerson)
            return Task.CompletedTask;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

              Customers come since {stage.Started:HH:mm:ss} UTC. Within some minutes something may go wrong, or nothing.

              The shop:       {stage.Arena.Public}
              For operators:  {new Uri(stage.Arena.Management, "/ops")}   (X-Management-Key: {stage.Arena.ManagementKey})
              The console:    {stage.Arena.Console}
              Its sign-in:    {new Uri(stage.Arena.Management, "/console/sign-in")}   (after a restart, with the key)
              SQL:            psql {stage.Arena.Psql}
              To act:         make incident ARGS="act"   lists what an operator can do
              To answer:      fill in {Path.Combine(folder.ToString(), "answer.yml")}, which lists the words; the incident ends when it is complete

            """));
        return Task.CompletedTask;
    }
}
