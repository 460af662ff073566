using System.Runtime.InteropServices;
using ECommerce.Storm;
using Spectre.Console;

// Everything that was started is ended before this returns; a second Ctrl-C changes nothing about that.
using var closing = new CancellationTokenSource();
void Close(PosixSignalContext signal)
{
    signal.Cancel = true;
    closing.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Close);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Close);
return await CommandLine.RunAsync(args, AnsiConsole.Console, Console.Out, Console.Error, closing.Token);
