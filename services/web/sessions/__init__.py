"""Who is signed in: tokens stay here, a browser has a cookie that opens them."""
