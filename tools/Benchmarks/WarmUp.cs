using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>
/// Loads a program until it compiles nothing more. Before that, the program with more code looks slower than it is, and pays for its
/// compiler.
/// </summary>
internal static class WarmUp
{
    public const int LeastSeconds = 15;
    public const int MostSeconds = 150;

    private const int Seconds = 5;
    private const int FewMethods = 10;

    /// <param name="scenario">What is sent to the program, for the progress.</param>
    /// <param name="name">The program's name.</param>
    /// <param name="compiledAsync">The number of methods compiled so far.</param>
    /// <param name="loadAsync">Loads the program for some seconds.</param>
    /// <param name="bench">The run.</param>
    /// <param name="mostSeconds">When it stops in any case.</param>
    public static async Task RunAsync(string scenario, string name, Func<Task<double>> compiledAsync, Func<int, Task> loadAsync, Bench bench, int mostSeconds = MostSeconds)
    {
        var (seconds, compiled, last) = (0, await compiledAsync(), double.MaxValue);
        while (seconds < mostSeconds && (seconds < LeastSeconds || last >= FewMethods))
        {
            bench.Progress.Now($"{scenario}: {name} warms up, {seconds} s so far, {(last < double.MaxValue ? last : 0):0} methods compiled in the last {Seconds} s.");
            await loadAsync(Seconds);
            seconds += Seconds;
            (last, compiled) = (await compiledAsync() - compiled, await compiledAsync());
        }

        bench.Progress.Close();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name,-14} warm after {seconds} s; {last:0} of {compiled:0} methods compiled in the last {Seconds}"));
    }
}
