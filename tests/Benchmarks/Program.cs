using ECommerce.Benchmarks;

// `twin` is how the benchmark starts its second contender; everybody else compares or measures.
if (args is ["twin", var address, var connectionString, var signingKey])
    return await Twin.RunAsync(address, connectionString, signingKey);

var options = Options.Parse(args);
await (options.What switch
{
    "" => Comparison.RunAsync(options),
    "catalogue" => Catalogues.RunAsync(options),
    "memory" => Footprint.RunAsync(options),
    "retention" => Retention.RunAsync(options),
    var other => throw new ArgumentException($"'{other}' is nothing to measure: catalogue, memory, retention, or nothing for the comparison with the twin."),
});
return 0;
