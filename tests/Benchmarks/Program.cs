using ECommerce.Benchmarks;

// `twin` is how the benchmark starts its second contender; everybody else runs the comparison.
return args is ["twin", var address, var connectionString, var signingKey]
    ? await Twin.RunAsync(address, connectionString, signingKey)
    : await Comparison.RunAsync(Options.Parse(args));
