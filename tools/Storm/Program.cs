using ECommerce.Traffic;
using Spectre.Console;

// Mounts outlive the process: they are undone before it ends, whatever signals come meanwhile.
return await Invocation.UntilClosedAsync(
    closing => ECommerce.Storm.CommandLine.RunAsync(args, AnsiConsole.Console, Console.Out, Console.Error, closing), isPatient: true);
