using ECommerce.Benchmarks;
using ECommerce.Traffic;

// The benchmark starts its second contender by `twin`; the other arguments are options.
if (args is ["twin", var address, var connectionString, var signingKey])
    return await Twin.RunAsync(address, connectionString, signingKey);

return await Invocation.UntilClosedAsync(closing => ECommerce.Benchmarks.CommandLine.RunAsync(args, Console.Out, Console.Error, closing));
