using System.Text.RegularExpressions;
using ECommerce.Kernel;

namespace ECommerce.Profiling;

/// <summary>A method on a stack, by the name that a person would search for.</summary>
internal sealed partial record Frame(string Name, Slice? Slice)
{
    /// <param name="method">As the runtime has it: <c>ECommerce.Orders.PlaceOrder+Handler+&lt;Handle&gt;d__6.MoveNext()</c>.</param>
    public static Frame Of(string method)
    {
        var name = method.IndexOf('(', StringComparison.Ordinal) is > 0 and var arguments ? method[..arguments] : method;
        // What an async method does before its first await, and after it, is one method to whoever wrote it.
        if (StateMachine().Match(name) is { Success: true } machine)
            name = $"{machine.Groups["type"].Value}.{machine.Groups["method"].Value}";
        return new(name, SliceOf(name));
    }

    /// <summary>Where a method asks whether somebody wants to look at it: there because of the sampling.</summary>
    public bool IsSafepoint { get; } = Name.StartsWith("System.Threading.Thread.<PollGC>", StringComparison.Ordinal) || Name == "System.Threading.Thread.PollGC";

    private static Slice? SliceOf(string name) =>
        Handler().Match(name) is { Success: true } handler && ModuleName.OfCategory(handler.Groups["module"].Value) is var module && module != ModuleName.Platform
            ? new(handler.Groups["slice"].Value, module.Name)
            : null;

    [GeneratedRegex(@"^(?<type>[^\[<]+)\+<(?<method>\w+)>d__\d+(`\d+)?(\[.*\])?\.MoveNext$", RegexOptions.ExplicitCapture)]
    private static partial Regex StateMachine();

    [GeneratedRegex(@"^(?<module>ECommerce\.\w+)\.(?<slice>\w+)\+Handler[.+]", RegexOptions.ExplicitCapture)]
    private static partial Regex Handler();
}
