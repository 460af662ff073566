using ECommerce.Traffic;
using Spectre.Console;

// The servers of the incident outlive a Ctrl-C by the time that their end takes.
return await Invocation.UntilClosedAsync(
    closing => ECommerce.Incidents.CommandLine.RunAsync(args, AnsiConsole.Console, Console.Out, Console.Error, closing), isPatient: true);
