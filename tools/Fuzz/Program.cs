using ECommerce.Traffic;
using Spectre.Console;

return await Invocation.UntilClosedAsync(closing => ECommerce.Fuzz.CommandLine.RunAsync(args, AnsiConsole.Console, Console.Out, Console.Error, closing));
