using Observability.Console.Filtering;
using Observability.Console.Queries.Differing;

namespace Observability.Console.Api;

/// <summary>Reads a comparison from the parameters of an address, of the API or of the page.</summary>
internal static class DifferenceParameters
{
    /// <summary>Their names, without those of the time.</summary>
    public static readonly string[] Names = ["filter", "selected", "before", "after", "shortest", "longest"];

    /// <summary>Reads them; what is wrong is refused by its name.</summary>
    /// <param name="reader">The parameters.</param>
    /// <param name="parser">Parses both filters.</param>
    /// <param name="from">The earliest beginning in Unix ticks.</param>
    /// <param name="to">The latest.</param>
    public static DifferenceQuery Read(QueryReader reader, FilterParser parser, long from, long to) =>
        new(reader.Filter(parser), from, to, new(reader.Filter(parser, "selected"))
        {
            From = reader.Time("before", long.MinValue),
            To = reader.Time("after", long.MaxValue),
            Shortest = reader.Duration("shortest", long.MinValue),
            Longest = reader.Duration("longest", long.MaxValue),
        });
}
