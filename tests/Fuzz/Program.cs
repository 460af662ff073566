using System.Runtime.InteropServices;
using ECommerce.Fuzz;
using Spectre.Console;

// The first Ctrl-C asks for the summary; a second one is not caught, and ends everything.
using var closing = new CancellationTokenSource();
void Close(PosixSignalContext signal)
{
    signal.Cancel = !closing.IsCancellationRequested;
    closing.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Close);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Close);
return await CommandLine.RunAsync(args, AnsiConsole.Console, Console.Out, Console.Error, closing.Token);
